# One image for web, worker and set-up: see docker-compose.yml.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PATH=/app/.venv/bin:$PATH
WORKDIR /app

# Packages first, so that a change in the code does not install them again.
COPY requirements requirements
COPY package.json package-lock.json .npmrc ./
COPY tools tools
RUN python tools/packages.py

COPY . .
RUN python tools/packages.py --translations \
    && useradd --system --uid 10001 --home-dir /data veiviser \
    && mkdir -m 700 /data && chown veiviser /data
USER veiviser
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4"]
