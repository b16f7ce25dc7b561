"""Private keys on a PKCS#11 token or HSM. They never leave it; it gets digests."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import exceptions

from signing.disk import PRIVATE_MODE, replace
from signing.errors import NotSealed
from signing.keyfile import OnToken
from signing.scheme import Scheme

# What a session that was lost looks like: closed, the token pulled and put back, logged out by another session's end,
# the module started anew. Worth one more try with a new session (measured with SoftHSM2: SessionHandleInvalid).
LOST = (
    exceptions.SessionHandleInvalid,
    exceptions.SessionClosed,
    exceptions.DeviceRemoved,
    exceptions.DeviceError,
    exceptions.TokenNotPresent,
    exceptions.TokenNotRecognised,
    exceptions.SlotIDInvalid,
    exceptions.KeyHandleInvalid,
    exceptions.ObjectHandleInvalid,
    exceptions.UserNotLoggedIn,
    exceptions.OperationNotInitialized,
    exceptions.GeneralError,
    exceptions.FunctionFailed,
)
PIN_WRONG = (
    exceptions.PinIncorrect,
    exceptions.PinInvalid,
    exceptions.PinLenRange,
    exceptions.PinLocked,
    exceptions.PinExpired,
)
HASHES = {
    "sha256": (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256),
    "sha384": (pkcs11.Mechanism.SHA384, pkcs11.MGF.SHA384),
    "sha512": (pkcs11.Mechanism.SHA512, pkcs11.MGF.SHA512),
}
KEY_TYPES = {"RSASSA-PSS": pkcs11.KeyType.RSA, "ECDSA": pkcs11.KeyType.EC}


@dataclass(frozen=True)
class Refusals:
    """A note that the token has refused a PIN, in a file for all processes: a few wrong tries lock a token for good.

    `files` says which settings and PIN file it was; with others it is tried again.
    """

    note: Path
    files: bytes

    def check(self) -> None:
        """Raises NotSealed KEY_PASSPHRASE: this PIN was refused."""
        if self.note.exists() and self.note.read_bytes() == self.files:
            raise NotSealed(
                "KEY_PASSPHRASE",
                "the token has refused this PIN; change the PIN file, then it is tried again",
            )

    def refused(self) -> None:
        """Note it."""
        replace(self.note, self.files, PRIVATE_MODE)

    def accepted(self) -> None:
        """It is good again."""
        self.note.unlink(missing_ok=True)


class TokenKey:
    """A key on a token, with one session that is opened again when it was lost.

    One signature at a time: PKCS#11 does not promise that a session serves several threads (SoftHSM2 would).
    """

    def __init__(self, place: OnToken, pin: str, refusals: Refusals) -> None:
        """Open the session and find the key.

        Raises:
            NotSealed: TOKEN_AWAY; KEY_PASSPHRASE, after one try only, also when a session is opened again; NO_KEY,
                the token does not have it; KEY_UNREADABLE, the module cannot be loaded.
        """
        self._place, self._pin, self._refusals = place, pin, refusals
        self._alone = threading.Lock()
        self._session, self._key = self._open()

    def sign(self, digest: bytes, scheme: Scheme) -> bytes:
        """Sign the digest on the token. Raises NotSealed TOKEN_AWAY, KEY_MISMATCH, KEY_SETTINGS (no such mechanism
        there, or the key is not for signing), and as opening does when the session was lost."""
        with self._alone:
            try:
                return self._signed(digest, scheme)
            except LOST:
                self._session, self._key = self._open()
            try:
                return self._signed(digest, scheme)
            except LOST as error:
                raise NotSealed("TOKEN_AWAY", _said(error)) from error

    def _signed(self, digest: bytes, scheme: Scheme) -> bytes:
        # asked by the wrong mechanism SoftHSM2 2.6 does not refuse but crashes the process (measured)
        if self._key.key_type is not KEY_TYPES[scheme.algorithm]:
            raise NotSealed("KEY_MISMATCH", f"the token's key is not for {scheme.algorithm}")
        try:
            if scheme.algorithm == "RSASSA-PSS":
                parameters = (*HASHES[scheme.digest], scheme.salt_bytes)
                return bytes(
                    self._key.sign(
                        digest, mechanism=pkcs11.Mechanism.RSA_PKCS_PSS, mechanism_param=parameters
                    )
                )
            # the bare mechanism over a digest: SoftHSM2 2.6 has no CKM_ECDSA_SHA256 (measured), all have this one
            pair = bytes(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        except (exceptions.MechanismInvalid, exceptions.MechanismParamInvalid) as error:
            raise NotSealed(
                "KEY_SETTINGS", f"the token cannot sign by {scheme.algorithm}: {_said(error)}"
            ) from error
        except LOST:
            raise
        except exceptions.PKCS11Error as error:
            raise NotSealed("KEY_SETTINGS", f"the token's key does not sign: {_said(error)}") from error
        middle = len(pair) // 2
        return encode_dss_signature(int.from_bytes(pair[:middle]), int.from_bytes(pair[middle:]))

    def _open(self) -> tuple[Any, Any]:
        place = self._place
        self._refusals.check()
        try:
            token = _library(place.module).get_token(
                token_label=place.token_label,
                token_serial=None if place.token_serial is None else place.token_serial.encode(),
            )
            session = self._logged_in(token)
        except exceptions.MultipleTokensReturned as error:
            raise NotSealed(
                "KEY_SETTINGS", "several tokens answer to this name; give token_serial"
            ) from error
        except exceptions.PKCS11Error as error:
            raise NotSealed("TOKEN_AWAY", _said(error)) from error
        try:
            return session, session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=place.key_label, id=place.key_id
            )
        except exceptions.NoSuchKey as error:
            raise NotSealed("NO_KEY", "the token has no such private key") from error
        except exceptions.MultipleObjectsReturned as error:
            raise NotSealed("KEY_SETTINGS", "several keys answer to this name; give key_id") from error
        except exceptions.PKCS11Error as error:
            raise NotSealed("TOKEN_AWAY", _said(error)) from error

    def _logged_in(self, token: Any) -> Any:
        try:
            session = token.open(user_pin=self._pin)
        except exceptions.UserAlreadyLoggedIn:
            # another key of this process on the same token: PKCS#11 logs in a program, not a session
            return token.open()
        except PIN_WRONG as error:
            self._refusals.refused()
            raise NotSealed("KEY_PASSPHRASE", _said(error)) from error
        self._refusals.accepted()
        return session


def _library(module: Path) -> Any:
    if not module.is_file():
        raise NotSealed("KEY_UNREADABLE", f"{module}: no such module")
    try:
        return pkcs11.lib(str(module))
    except exceptions.PKCS11Error as error:
        # the loader's own; what the module says has a class of its own
        if type(error) is exceptions.PKCS11Error:
            raise NotSealed("KEY_UNREADABLE", str(error)) from error
        raise


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
