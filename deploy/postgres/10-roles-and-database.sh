#!/bin/bash
# The postgres image runs this once, on an empty volume. Creates the three logins, the roles that migrations grant privileges
# to, and the database. psql reads the passwords from files, so that they do not appear in a process list.
set -euo pipefail

for name in owner-password application-password worker-password; do
  if [ "$(wc -c <"/run/secrets/$name")" -lt 20 ]; then
    echo "The secret $name is missing or shorter than 20 characters: make it with deploy/make-secrets.sh" >&2
    exit 1
  fi
done

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set owner_password `cat /run/secrets/owner-password`
\set application_password `cat /run/secrets/application-password`
\set worker_password `cat /run/secrets/worker-password`
CREATE ROLE veritrail_app NOLOGIN;
CREATE ROLE veritrail_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE veritrail LOGIN PASSWORD :'application_password' IN ROLE veritrail_app;
GRANT veritrail_app TO veritrail_owner WITH ADMIN OPTION;
CREATE ROLE veritrail_sequencer NOLOGIN;
CREATE ROLE veritrail_eraser NOLOGIN;
CREATE ROLE veritrail_worker LOGIN NOINHERIT PASSWORD :'worker_password';
GRANT veritrail_sequencer, veritrail_eraser TO veritrail_worker;
GRANT veritrail_sequencer, veritrail_eraser TO veritrail_owner WITH ADMIN OPTION;
CREATE DATABASE veritrail OWNER veritrail_owner TEMPLATE template0
  ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE CONNECT ON DATABASE veritrail FROM PUBLIC;
GRANT CONNECT ON DATABASE veritrail TO veritrail_app, veritrail_worker;
SQL
