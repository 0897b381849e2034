FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock && pip install --no-cache-dir --no-deps --no-build-isolation .
ENTRYPOINT ["sparekey"]
CMD ["demo"]
