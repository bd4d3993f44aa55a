#!/usr/bin/env bash
# Logical backups beside pg_dump piped through zstd, and what seven days of them store.
# Needs the installed PostgreSQL (BIN), a built distribution, zstd, and 8 GB in WORK. Run it as root:
# the server runs as postgres.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-/usr/lib/postgresql/15/bin}
WORK=${WORK:-/var/tmp/holdfast-logical}
PORT=${PORT:-55990}
RUNS=${RUNS:-3}
SCALE=${SCALE:-1000000} # 1000000 makes a dump of 2 GB
holdfast="$root/distribution/target/holdfast/bin/holdfast --config $WORK/holdfast.yaml"
sql() { psql -qAtX -v ON_ERROR_STOP=1 -h "$WORK/pg" -p "$PORT" -U postgres "$@" postgres; }
seconds() { local at=$EPOCHREALTIME; "$@" >/dev/null 2>&1; awk -v a="$at" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
plain() { "$BIN/pg_dump" -h "$WORK/pg" -p "$PORT" -U postgres -Fc -Z0 postgres | zstd -3 -q -f -o "$WORK/plain.zst"; }
backup() { $holdfast backup main --kind logical --database postgres; }
stored() { du -sb "$WORK/repository" | cut -f1; }
trap 'su postgres -c "$BIN/pg_ctl -D $WORK/pg/data -m immediate stop" >/dev/null 2>&1; rm -rf "$WORK"' EXIT

mkdir -p "$WORK/pg" && chmod 755 "$WORK" && chown postgres "$WORK/pg"
su postgres -c "$BIN/initdb -D $WORK/pg/data -U postgres --no-sync" >/dev/null
su postgres -c "$BIN/pg_ctl -D $WORK/pg/data -o '-p $PORT -k $WORK/pg -c listen_addresses= -c fsync=off -c shared_buffers=512MB -c max_wal_size=8GB' -l $WORK/pg/log -w start" >/dev/null
(umask 077 && echo 'only a benchmark' >"$WORK/passphrase" && cat >"$WORK/holdfast.yaml" <<YAML
repository: { path: repository, key: { passphrase-file: passphrase } }
clusters: { main: { connection: "host=$WORK/pg port=$PORT user=postgres dbname=postgres" } }
YAML
)
sql -v n="$SCALE" <<'SQL'
CREATE TABLE customers AS SELECT i AS id, 'Customer ' || md5(i::text) AS name, 'c' || i || '@example.org' AS mail,
  md5((i * 7)::text) AS address FROM generate_series(1::bigint, :n / 2) i;
CREATE TABLE orders AS SELECT i AS id, 1 + (i * 7919) % 500000 AS customer, timestamptz '2024-01-01' + i * interval '1 s' AS placed,
  ((i * 31) % 100000) / 100.0 AS amount, (ARRAY['new', 'paid', 'shipped', 'done'])[1 + i % 4] AS state, md5(i::text) AS ref
  FROM generate_series(1::bigint, :n * 8) i;
CREATE TABLE lines AS SELECT i AS id, 1 + i / 2 AS order_id, (i * 104729) % 20000 AS product, 1 + i % 5 AS quantity,
  ((i * 37) % 10000) / 100.0 AS price, 'line of ' || substr(md5(i::text), 1, 12) AS note FROM generate_series(1::bigint, :n * 10) i;
CREATE TABLE events AS SELECT i AS id, jsonb_build_object('user', (i * 7919) % 500000, 'action', (ARRAY['view', 'click', 'buy'])[1 + i % 3],
  'path', '/products/' || (i * 31) % 20000, 'agent', 'Mozilla/5.0 (X11; Linux x86_64)', 'session', md5((i / 20)::text)) AS body
  FROM generate_series(1::bigint, :n * 25 / 10) i;
ALTER TABLE orders ADD PRIMARY KEY (id);
VACUUM ANALYZE;
SQL
$holdfast init --non-interactive >/dev/null 2>&1 || true

for ((run = 1; run <= RUNS; run++)); do
  rm -rf "$WORK/repository/clusters"
  echo "run $run: pg_dump | zstd $(seconds plain) s, $(stat -c %s "$WORK/plain.zst") bytes; holdfast $(seconds backup) s, $(stored) bytes; load $(cut -d' ' -f1 /proc/loadavg)"
done
first=$(stored)
# Two in a hundred rows of a day: half of them new, half changed among the newest; and RANDOM_ROWS anywhere.
for day in 2 3 4 5 6 7; do
  sql -v n="$SCALE" -v random="${RANDOM_ROWS:-0}" <<'SQL'
INSERT INTO orders SELECT i, 1 + (i * 7919) % 500000, timestamptz '2024-01-01' + i * interval '1 s', ((i * 31) % 100000) / 100.0, 'new', md5(i::text)
  FROM (SELECT max(id) AS m FROM orders) x, generate_series(m + 1, m + :n * 8 / 100) i;
INSERT INTO lines SELECT i, 1 + i / 2, (i * 104729) % 20000, 1 + i % 5, ((i * 37) % 10000) / 100.0, 'line of ' || substr(md5(i::text), 1, 12)
  FROM (SELECT max(id) AS m FROM lines) x, generate_series(m + 1, m + :n * 10 / 100) i;
INSERT INTO events SELECT i, jsonb_build_object('user', i % 500000, 'action', 'view', 'path', '/products/' || (i * 31) % 20000,
  'agent', 'Mozilla/5.0 (X11; Linux x86_64)', 'session', md5((i / 20)::text)) FROM (SELECT max(id) AS m FROM events) x, generate_series(m + 1, m + :n * 25 / 1000) i;
UPDATE orders SET state = 'done' WHERE id > (SELECT max(id) FROM orders) - :n * 8 / 100;
UPDATE lines SET quantity = quantity + 1 WHERE id > (SELECT max(id) FROM lines) - :n * 10 / 100;
UPDATE orders SET amount = amount + 1 WHERE id IN (SELECT (random() * :n * 8)::bigint FROM generate_series(1, :random));
VACUUM orders;
VACUUM lines;
SQL
  echo "day $day: $(seconds backup) s, stored in all $(awk -v a="$(stored)" -v f="$first" 'BEGIN { printf "%.3f", a / f }') of the first"
done
