# One image for every part: hoso init | serve | dispatch | worker.
FROM python:3.12-slim-bookworm AS build
COPY requirements.lock /build/
RUN python -m venv /opt/hoso \
 && /opt/hoso/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /build/requirements.lock

FROM python:3.12-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd libgl1 libglib2.0-0 \
      poppler-utils \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin hoso \
 && install -d -o hoso -g hoso /var/lib/hoso
COPY --from=build /opt/hoso /opt/hoso
COPY api /app/api
COPY archive /app/archive
COPY ingest /app/ingest
COPY ocr /app/ocr
COPY signing /app/signing
COPY workers /app/workers
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PATH=/opt/hoso/bin:$PATH HOSO_HOME=/var/lib/hoso
USER 10001:10001
WORKDIR /var/lib/hoso
ENTRYPOINT ["python", "-m", "workers"]
CMD ["--help"]
