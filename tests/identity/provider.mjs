// A state identity provider as tests use it: oidc-provider with invented people and one form for their name.
// Usage: node provider.mjs PORT ISSUER CALLBACK... ; says "ready" when it listens.
import http from 'node:http';
import { Provider } from 'oidc-provider';

const [port, issuer, ...callbacks] = process.argv.slice(2);

// Who may come: their claims, and the level (acr) that the provider has checked them at.
const PEOPLE = {
  binh: { level: '2', claims: { name: 'Trần Văn Bình', personal_id: '001099012345' } },
  lan: { level: '1', claims: { name: 'Nguyễn Thị Lan', personal_id: '001199054321' } },
  'cong-ty': { level: '2', claims: { name: 'Công ty TNHH Mẫu', tax_code: '0101234567' } },
  'binh-cong-ty': { level: '2', claims: { name: 'Trần Văn Bình', personal_id: '001099012345', tax_code: '0101234567' } },
  'khong-so': { level: '2', claims: { name: 'Không Số' } },
  'so-sai': { level: '2', claims: { name: 'Số Sai', personal_id: '12345' } },
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'hoso', client_secret: process.env.CLIENT_SECRET, redirect_uris: callbacks,
    grant_types: ['authorization_code'], response_types: ['code'],
  }],
  claims: { openid: ['sub'], profile: ['name', 'personal_id', 'tax_code'] },
  acrValues: ['1', '2'],
  cookies: { keys: [process.env.CLIENT_SECRET] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id].claims }) },
  // Consent was given when the person got the identity: nothing is asked a second time.
  async loadExistingGrant(context) {
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();

async function told(request) {
  let body = '';
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}

http.createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  try {
    await provider.interactionDetails(request, response);
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      return response.end(`<!doctype html><html lang="vi"><title>Định danh</title><link rel="icon" href="data:,"><form method="post">
        <label>Tên <input name="who" autofocus></label><button>Đồng ý</button>
        <button name="no" value="1">Không</button></form>`);
    }
    const form = await told(request);
    const who = form.get('who');
    const result = form.get('no') || !PEOPLE[who]
      ? { error: 'access_denied', error_description: 'the person said no' }
      : { login: { accountId: who, acr: PEOPLE[who].level } };
    return await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    response.statusCode = 400;
    return response.end(String(error));
  }
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
