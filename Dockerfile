# Everything in one image, run by an ordinary user.
#   docker build -t reachly .
#   docker run -p 8000:8000 -v reachly:/var/lib/reachly reachly          to try it, with its own stores
#   docker run --env-file .env -p 8000:8000 reachly                      with DATABASE_URL, REDIS_URL, STORAGE_URL, SECRET_KEY
#   docker run --env-file .env reachly python -m reachly migrate         one verb alone
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt

COPY . .
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin reachly \
    && install -d -o reachly -g reachly -m 0700 /var/lib/reachly
USER reachly

ENV REACHLY_NO_VENV=1 REACHLY_HOME=/var/lib/reachly HOST=0.0.0.0 PORT=8000
EXPOSE 8000
VOLUME /var/lib/reachly
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["python", "-m", "reachly"]
