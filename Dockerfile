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
USER nobody
ENTRYPOINT ["sparekey"]
CMD ["demo"]
