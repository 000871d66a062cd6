#!/bin/bash
# Creates the secrets that docker-compose.yml needs, in the given folder (default: deploy/secrets).
# Existing files are kept: replacing a password file does not change the password in the database.
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
  # Readable for the different account in the container; on the host the parent folder is closed to other users.
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}
password() { openssl rand -hex 24 | tr -d '\n'; }
url() { printf 'postgres://%s:%s@postgres:5432/veritrail' "$1" "$(cat "$folder/$2")"; }

new superuser-password password
new owner-password password
new application-password password
new worker-password password
new metrics-token password
new database-url url veritrail application-password
new worker-database-url url veritrail_worker worker-password
new migration-database-url url veritrail_owner owner-password
new jwt-private-key.pem openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256
new log-signing-key.pem openssl genpkey -algorithm ed25519

echo "Now: VERITRAIL_SECRETS=$folder docker compose up -d"
