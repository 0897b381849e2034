# The same pinned packages as `make setup`. Only what the distribution holds is copied: no .git, no .venv, no people.yml.
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY worker worker
COPY connectors connectors
COPY rules rules
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
# The folder of sparekey.yml and of the store is mounted here; it belongs to whoever runs the container.
WORKDIR /data
USER nobody
ENV SPAREKEY_LOG=info
EXPOSE 8350
HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8350/healthz')"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sparekey"]
CMD ["run"]
