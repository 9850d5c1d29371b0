#!/usr/bin/env bash
# Makes local stand-ins for the base images of docker/, under the same names, where they cannot be pulled: a minimal
# Debian with PostgreSQL, Redis, HAProxy and Prometheus; the SDK of this machine with the packages of the service; and
# its runtime with the libraries that it needs and no shell, as in the chiseled image. For docker/test.sh only.
#
#   docker/standins.sh FOLDER     a folder for what is kept between runs; the engine is the one of DOCKER_HOST
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
kept=$1
mkdir -p "$kept"
cd -- "$kept"

has() { docker image inspect "$1" >/dev/null 2>&1; }
tag() { docker tag "$1" "$2"; }

if ! has mes-standin-debian; then
  # Unpacked and configured, but without what a server needs for people only.
  [[ -s debian.tar ]] || {
    mmdebstrap --quiet --format=tar --variant=minbase --include=postgresql-15,redis-server,haproxy,prometheus,ca-certificates \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' bookworm debian.tar.new
    mv debian.tar.new debian.tar
  }
  docker import debian.tar mes-standin-debian >/dev/null
fi

# image NAME: makes an image from the Dockerfile on standard input.
image() { docker build -q -t "$1" -f - "${2:-empty}" >/dev/null; }
mkdir -p empty

if ! has mes-standin-postgres; then
  cat >empty/postgres.sh <<'S'
#!/bin/sh
# As far as docker/compose.yaml uses the entry point of the real image.
set -eu
bin=/usr/lib/postgresql/15/bin
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  chown postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  cp "$POSTGRES_PASSWORD_FILE" /tmp/password && chown postgres /tmp/password
  setpriv --reuid=postgres --regid=postgres --clear-groups $bin/initdb -D "$PGDATA" -U "$POSTGRES_USER" \
    --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --locale=C
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  setpriv --reuid=postgres --regid=postgres --clear-groups $bin/pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses="
  psql -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE \"$POSTGRES_DB\""
  for script in /docker-entrypoint-initdb.d/*.sh; do sh "$script"; done
  setpriv --reuid=postgres --regid=postgres --clear-groups $bin/pg_ctl -D "$PGDATA" -w -m fast stop
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups $bin/"$@" -c listen_addresses='*'
S
  image mes-standin-postgres <<'D'
FROM mes-standin-debian
COPY postgres.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh && install -d -o postgres -g postgres /run/postgresql /var/lib/postgresql/data
ENV PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
D
fi
has mes-standin-redis || image mes-standin-redis <<'D'
FROM mes-standin-debian
RUN install -d -o redis -g redis /data
VOLUME /data
WORKDIR /data
D
has mes-standin-haproxy || image mes-standin-haproxy <<'D'
FROM mes-standin-debian
USER haproxy
STOPSIGNAL SIGUSR1
ENTRYPOINT ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
D
has mes-standin-prometheus || image mes-standin-prometheus <<'D'
FROM mes-standin-debian
RUN install -d -o nobody /prometheus
USER nobody
VOLUME /prometheus
ENTRYPOINT ["prometheus"]
D

dotnet=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
runtime=$(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \(10[^ ]*\) .*/\1/p' | tail -1)

# What the lock files name, so that the build restores without a network.
locked=$(sed -n -e 's/^ *"\([A-Za-z0-9_.-]*\)": {$/\1/p' -e 's/^ *"resolved": "\(.*\)",$/=\1/p' \
  "$root"/Mes.{Domain,Application,Infrastructure}/packages.lock.json "$root"/Mes.Api/packages.no-embedded.lock.json |
  awk '/^=/ { print tolower(name) "/" tolower(substr($0, 2)) } { name = $0 }' | sort -u)
key=$(printf '%s\n%s\n' "$locked" "$(dotnet --version)" | sha256sum | cut -c1-12)
if ! has "mes-standin-sdk:$key"; then
  mkdir -p sdk
  tar -cf sdk/dotnet.tar -C "$(dirname -- "$dotnet")" "$(basename -- "$dotnet")"
  (cd -- "$packages" && tar -cf "$OLDPWD/sdk/packages.tar" $locked)
  image "mes-standin-sdk:$key" sdk <<D
FROM mes-standin-debian
ADD dotnet.tar /usr/share/
ADD packages.tar /packages/
RUN ln -sf /usr/share/$(basename -- "$dotnet")/dotnet /usr/bin/dotnet
ENV NUGET_PACKAGES=/packages DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
D
  rm -rf sdk
fi

if ! has "mes-standin-aspnet:$runtime"; then
  rm -rf aspnet
  mkdir -p aspnet/root/{etc/ssl,usr/bin,usr/share/dotnet/shared,tmp,home/app}
  chmod 1777 aspnet/root/tmp
  cp -a "$dotnet/dotnet" "$dotnet/host" aspnet/root/usr/share/dotnet/
  for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    mkdir "aspnet/root/usr/share/dotnet/shared/$framework"
    cp -a "$dotnet/shared/$framework/$runtime" "aspnet/root/usr/share/dotnet/shared/$framework/"
  done
  ln -s /usr/share/dotnet/dotnet aspnet/root/usr/bin/dotnet
  ssl=$(ldconfig -p | sed -n 's/.*lib\(ssl\|crypto\)\.so\.3 .*x86-64.*=> //p')
  { printf '%s\n' $ssl; find aspnet/root/usr/share/dotnet -name '*.so' -o -name dotnet -type f; } |
    xargs ldd 2>/dev/null | sed -n -e 's/.*=> \(\/[^ ]*\) .*/\1/p' -e 's/^\t\(\/[^ ]*\) .*/\1/p' |
    grep -v "^$PWD" | cat - <(printf '%s\n' $ssl) | sort -u |
    while read -r library; do cp -L --parents "$library" aspnet/root/; done
  cp -rL /etc/ssl/certs aspnet/root/etc/ssl/
  printf 'root:x:0:0::/root:\napp:x:1654:1654::/home/app:\n' >aspnet/root/etc/passwd
  printf 'root:x:0:\napp:x:1654:\n' >aspnet/root/etc/group
  tar -cf aspnet/root.tar -C aspnet/root .
  image "mes-standin-aspnet:$runtime" aspnet <<'D'
FROM scratch
ADD root.tar /
ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 PATH=/usr/bin
USER 1654
D
  rm -rf aspnet
fi

tag mes-standin-postgres postgres:15
tag mes-standin-redis redis:7
tag mes-standin-haproxy haproxy:3.0
tag mes-standin-prometheus prom/prometheus:v3.5.0
tag "mes-standin-sdk:$key" mcr.microsoft.com/dotnet/sdk:10.0
tag "mes-standin-aspnet:$runtime" mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
