# One image for every part: `yanxiu serve` (all in one), or `yanxiu web`, `yanxiu web --files`, `yanxiu worker` each alone.
# Assets are built in the first stage, so the image that runs has no Node and no compiler.
FROM node:20-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY yanxiu/kit/frontend yanxiu/kit/frontend
RUN npm run --silent build

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 yanxiu
WORKDIR /srv/yanxiu
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md ./
COPY config config
COPY yanxiu yanxiu
COPY plans plans
COPY manage.py ./
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .
COPY --from=assets /build/static static
RUN mkdir /data && chown yanxiu /data
USER yanxiu
ENV DATA=/data HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000 8001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, sys; from yanxiu.kit.supervisor import answers; sys.exit(not answers('127.0.0.1', int(os.environ.get('PORT', 8000))))"]
CMD ["sh", "-c", "yanxiu setup --verbosity 0 && yanxiu collectstatic --noinput --verbosity 0 && exec yanxiu serve"]
