#!/bin/bash
# Makes every secret that docker-compose.yml asks for, once, in the folder given (deploy/secrets unless another is named).
# Nothing that exists is replaced: a password in a file changes none in a database.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-deploy/secrets}

umask 077
mkdir -p "$folder"
chmod 700 "$folder"

new() { # name, command that writes the secret
  if [ -e "$folder/$1" ]; then
    echo "kept $folder/$1"
    return
  fi
  "${@:2}" >"$folder/$1.new"
  # Readable in the container, where another account reads it; on the host the folder above lets nobody else in.
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}
password() { openssl rand -hex 24 | tr -d '\n'; }
url() { printf 'postgres://%s:%s@postgres:5432/veritrail' "$1" "$(cat "$folder/$2")"; }

new superuser-password password
new owner-password password
new application-password password
new metrics-token password
new database-url url veritrail application-password
new migration-database-url url veritrail_owner owner-password
new jwt-private-key.pem openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256
new log-signing-key.pem openssl genpkey -algorithm ed25519

echo "Now: VERITRAIL_SECRETS=$folder docker compose up -d"
