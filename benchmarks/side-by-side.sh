#!/usr/bin/env bash
# Holdfast beside pgBackRest on one cluster, in turn, on one machine. Needs root and Debian (apt).
#
#   benchmarks/side-by-side.sh all                    prepare, load, full, restore, incremental, generations, wal, tiny, table
#   SCALE=270 RUNS=3 benchmarks/side-by-side.sh full restore table
#   benchmarks/side-by-side.sh clean
#
# PostgreSQL 18 and pgBackRest 2.60 come from Debian's unstable suite in a private root (ROOT), so
# nothing of the machine changes. The cluster lies in a RAM disk: reads are then certain to be memory
# speed, and a run measures the tool; repositories and restored clusters are on the real disk.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
HOLDFAST=${HOLDFAST:-$HERE/../distribution/target/holdfast/bin/holdfast}
ROOT=${ROOT:-/var/tmp/holdfast-bench-root}
SCALE=${SCALE:-270} RUNS=${RUNS:-3} PORT=${PORT:-54018} SEGMENTS=${SEGMENTS:-64}
READINGS=${READINGS:-1800000} SHARES=${SHARES:-1 5 20} GENERATIONS=${GENERATIONS:-30} MODES=${MODES:-encrypted plain}
B=/bench                       # as seen inside ROOT
W=$ROOT$B                      # the same, as seen from outside
RESULTS=$W/results.tsv
PGBIN=/usr/lib/postgresql/18/bin
export HOLDFAST_PASSPHRASE=only-a-benchmark-0123456789

inside() { ${EXEC:-} chroot --userspec=postgres:postgres "$ROOT" env LC_ALL=C.UTF-8 PATH="$PGBIN:/usr/bin:/bin" HOME="$B" "$@"; }
sql() { inside psql -h "$B/sock" -p "$PORT" -U postgres -XAtq -d "${2:-bench}" -c "$1"; }
meter() { python3 "$HERE/meter.py" "$RESULTS" "$@"; }
own() { mkdir -p "$@"; chroot "$ROOT" chown -R postgres:postgres "${@#"$ROOT"}"; chmod 700 "$@"; }

prepare() {
  command -v mmdebstrap > /dev/null || apt-get install -y -qq mmdebstrap
  [ -x "$ROOT$PGBIN/postgres" ] || mmdebstrap --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
    --include=postgresql-18,postgresql-contrib,pgbackrest sid "$ROOT"
  mkdir -p "$W"; for m in proc dev; do mountpoint -q "$ROOT/$m" || mount --bind "/$m" "$ROOT/$m"; done
  mountpoint -q "$ROOT/dev/shm" || mount --bind /dev/shm "$ROOT/dev/shm"
  mkdir -p "$W/pg" "$W/run"; mountpoint -q "$W/pg" || mount -t tmpfs -o size=60% tmpfs "$W/pg"
  own "$W/pg" "$W/sock" "$W/br" "$W/brlog" "$W/brlock" "$W/brspool"; : > "$RESULTS"
}
start() { inside pg_ctl -D "$B/pg/data" -l "$B/sock/log" -w -s start; }
stop() { [ ! -f "$W/pg/data/postmaster.pid" ] || inside pg_ctl -D "$B/pg/data" -m fast -w -s stop; }
load() {
  stop; rm -rf "$W/pg/data"
  inside initdb -D "$B/pg/data" -k --auth=trust --locale=C.UTF-8 -E UTF8 -U postgres > /dev/null
  printf '%s\n' "port = $PORT" "listen_addresses = ''" "unix_socket_directories = '$B/sock'" "shared_buffers = 256MB" \
    "max_wal_size = 4GB" "checkpoint_timeout = 30min" "autovacuum = off" "fsync = off" \
    "archive_mode = on" "archive_command = '/bin/true'" >> "$W/pg/data/postgresql.conf"
  start; sql 'create database bench' postgres
  inside pgbench -i -q -F 95 -s "$SCALE" -h "$B/sock" -p "$PORT" -U postgres bench > /dev/null 2>&1
  cp "$HERE/load.sql" "$W/sock/load.sql"; inside psql -h "$B/sock" -p "$PORT" -U postgres -Xq -v readings="$READINGS" -v letters=$((READINGS / 15)) -d bench -f "$B/sock/load.sql" > /dev/null
  sql checkpoint; sql 'select pg_switch_wal()' > /dev/null; sql checkpoint
  echo "cluster: $(du -sm --apparent-size "$W/pg/data/base" | cut -f1) MB, $(find "$W/pg/data" -type f | wc -l) files" >&2
}

pgbackrest_config() { # encrypted?, data directory and port if not those of the large cluster
  rm -rf "$W/br"; own "$W/br"
  { printf '%s\n' '[global]' "repo1-path=$B/br" "log-path=$B/brlog" log-level-console=warn log-level-file=off "lock-path=$B/brlock" \
      "spool-path=$B/brspool" start-fast=y archive-check=n repo1-retention-full=9 compress-type=zst compress-level=3 process-max=2 \
      repo1-bundle=y repo1-block=y
    [ "$1" = encrypted ] && printf '%s\n' repo1-cipher-type=aes-256-cbc "repo1-cipher-pass=$HOLDFAST_PASSPHRASE"
    printf '%s\n' '[s]' "pg1-path=$B/pg/${2:-data}" "pg1-port=${3:-$PORT}" "pg1-socket-path=$B/sock" pg1-user=postgres; } > "$W/run/br.conf"
  chmod 644 "$W/run/br.conf"; inside pgbackrest --config="$B/run/br.conf" --stanza=s stanza-create
}
br() { chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s "$@"; }
hf() { "$HOLDFAST" --config "$W/run/holdfast.yaml" "$@"; }
holdfast_config() { # encrypted?
  rm -rf "$W/hf"
  { echo 'repository:'; echo "  path: $W/hf"
    if [ "$1" = encrypted ]; then echo '  key:'; echo '    passphrase-env: HOLDFAST_PASSPHRASE'; else echo '  encryption: none'; fi
    echo 'clusters:'; echo '  bench:'; echo "    connection: \"host=$W/sock port=$PORT user=postgres dbname=postgres\""
    echo "    data-directory: $W/pg/data"; echo '    backup:'; echo '      jobs: 2'; echo '    wal:'; echo "      spool-directory: $W/hfspool"; } > "$W/run/holdfast.yaml"
  "$HOLDFAST" --config "$W/run/holdfast.yaml" init --non-interactive > /dev/null
}
full() {
  for mode in encrypted plain; do for _ in $(seq "$RUNS"); do
    pgbackrest_config "$mode"; meter "full, $mode | pgbackrest" "$W/br" chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s --type=full backup
    holdfast_config "$mode"; meter "full, $mode | holdfast" "$W/hf" "$HOLDFAST" --config "$W/run/holdfast.yaml" backup bench
  done; done
}
restore() {
  for mode in encrypted plain; do
    pgbackrest_config "$mode"; inside pgbackrest --config="$B/run/br.conf" --stanza=s --type=full backup
    holdfast_config "$mode"; "$HOLDFAST" --config "$W/run/holdfast.yaml" backup bench > /dev/null
    for _ in $(seq "$RUNS"); do
      rm -rf "$W/target"; own "$W/target"
      meter "restore, $mode | pgbackrest" - chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s --pg1-path="$B/target" --type=none restore
      meter "delta restore, nothing changed, $mode | pgbackrest" - chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s --pg1-path="$B/target" --type=none --delta restore
      rm -rf "$W/target"
      meter "restore, $mode | holdfast" - "$HOLDFAST" --config "$W/run/holdfast.yaml" restore bench -q --to "$W/target" --at immediate
      meter "delta restore, nothing changed, $mode | holdfast" - "$HOLDFAST" --config "$W/run/holdfast.yaml" restore bench --to "$W/target" --at immediate --delta
    done; rm -rf "$W/target"
  done
}
# Incremental backups. Holdfast receives WAL meanwhile, as it does where it is at home, and pg_basebackup has the
# server's summaries; both are waited for, so what is measured is the backup. What the receiver costs is a row of its own.
TOUCH="$HERE/touch.sql"
receive() {
  sql "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'holdfast' and not active" > /dev/null
  "$HOLDFAST" --config "$W/run/holdfast.yaml" wal receive bench > "$W/run/receive.log" 2>&1 & RECEIVER=$!; trap 'kill "$RECEIVER" 2> /dev/null || true' EXIT
  until [ "$(sql "select count(*) from pg_replication_slots where slot_name = 'holdfast' and active")" = 1 ]; do sleep 0.1; done
}
receive_no_more() {
  kill "$RECEIVER"; wait "$RECEIVER" || true
  until [ "$(sql "select count(*) from pg_replication_slots where active")" = 0 ]; do sleep 0.1; done
  sql "select pg_drop_replication_slot('holdfast')" > /dev/null
}
receiver_cpu() { awk '{ print ($14 + $15) / '"$(getconf CLK_TCK)"' }' "/proc/$RECEIVER/stat"; }
settled() { # all WAL so far is in the repository, and in the summaries of either side
  local lsn last hex; lsn=$(sql "select pg_logical_emit_message(false, 'holdfast', 'a segment with something in it', true)"); last=$(sql "select pg_walfile_name('$lsn')")
  hex=$(sql "select upper(lpad(to_hex(('$lsn'::pg_lsn - '0/0'::pg_lsn)::bigint), 16, '0'))"); sql 'select pg_switch_wal()' > /dev/null; sql checkpoint
  within 120 "WAL $last in the repository" archived wal "$last"; within 5 "changes of $last in the repository" archived changes "$last"
  within 120 "summary of the server up to $lsn" summarized "$hex"
}
within() { local until=$((SECONDS + $1)) what=$2; shift 2; until "$@"; do [ "$SECONDS" -lt "$until" ] || { echo "gave up waiting for: $what" >&2; return 0; }; sleep 0.05; done; }
archived() { [ -n "$(find "$W/hf/clusters/bench/$1" -name "$2" -type f 2> /dev/null)" ]; }
summarized() { [[ ! $(find "$W/pg/data/pg_wal/summaries" -name '*.summary' -printf '%f\n' 2> /dev/null | cut -c25-40 | sort | tail -1) < $1 ]]; }
touch_pages() { # percent of all pages of the database, each by an update of one row that stays in its page
  local before; before=$(sql 'select pg_current_wal_lsn()')
  sql checkpoint; inside psql -h "$B/sock" -p "$PORT" -U postgres -XAtq -v ON_ERROR_STOP=1 -v share="$1" -d bench -f "$B/sock/touch.sql" | sed 's/^/touched: /' >&2
  echo "WAL: $(sql "select pg_size_pretty(pg_current_wal_lsn() - '$before'::pg_lsn)")" >&2
}
basebackup() { # label, or - for no row; number
  local from=(); [ "$2" = 0 ] || from=(-i "$B/bb/$(($2 - 1))/backup_manifest")
  local run=(chroot --userspec=postgres:postgres "$ROOT" "$PGBIN/pg_basebackup" -h "$B/sock" -p "$PORT" -U postgres -D "$B/bb/$2" -Ft --compress=client-zstd:3 -X none -c fast "${from[@]}")
  if [ "$1" = - ]; then "${run[@]}" > /dev/null; else meter "$1" "+$W/bb" "${run[@]}"; fi
}
begin_incremental() { # mode
  sql "alter system set summarize_wal = on"; sql "select pg_reload_conf()" > /dev/null
  cp "$TOUCH" "$W/sock/touch.sql"; rm -rf "$W/bb"; own "$W/bb"
  pgbackrest_config "$1"; holdfast_config "$1"; receive; settled
  br --type=full backup; hf backup bench --full -q > /dev/null; basebackup - 0
}
incremental() {
  local mode share n=1 cpu busy; export METER_SERVER; METER_SERVER=$(head -1 "$W/pg/data/postmaster.pid")
  for mode in $MODES; do
    begin_incremental "$mode"; n=1
    for share in $SHARES; do for _ in $(seq "$RUNS"); do
      cpu=$(receiver_cpu); busy=$(date +%s.%N); touch_pages "$share"; settled
      printf '%s\t%.2f\t%.2f\t0\t0\t-\t0\n' "change $share % and receive its WAL, $mode | holdfast" "$(echo "$(date +%s.%N) - $busy" | bc)" "$(echo "$(receiver_cpu) - $cpu" | bc)" | tee -a "$RESULTS" >&2
      meter "incremental, $share % of pages, $mode | pgbackrest" "+$W/br/backup" chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s --type=incr backup; settled
      basebackup "incremental, $share % of pages, $mode | pg_basebackup" "$n"; settled
      meter "incremental, $share % of pages, $mode | holdfast" "+$W/hf/clusters/bench/packs,$W/hf/clusters/bench/backups" "$HOLDFAST" --config "$W/run/holdfast.yaml" backup bench
      hf backups show latest | sed -n '/^size/p; /^changes/p; /^packs/p' >&2; n=$((n + 1))
    done; done; receive_no_more; rm -rf "$W/bb"
  done
}
generations() { # restores of the last of many generations, and of a full backup of the same moment
  local mode n kind
  for mode in $MODES; do
    begin_incremental "$mode"
    for n in $(seq 2 "$GENERATIONS"); do touch_pages 1; settled; br --type=incr backup; hf backup bench -q > /dev/null; done
    for kind in "generation $GENERATIONS" full; do
      [ "$kind" != full ] || { br --type=full backup; hf backup bench --full -q > /dev/null; }
      hf backups show latest | sed -n '/^size/p; /^changes/p; /^packs/p' >&2
      for _ in $(seq "$RUNS"); do
        rm -rf "$W/target"; own "$W/target"
        meter "restore of $kind, $mode | pgbackrest" - chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s --pg1-path="$B/target" --type=none restore
        rm -rf "$W/target"; meter "restore of $kind, $mode | holdfast" - "$HOLDFAST" --config "$W/run/holdfast.yaml" restore bench -q --to "$W/target" --at immediate
      done; rm -rf "$W/target"
    done; receive_no_more
  done
}
tiny() {
  stop; mv "$W/pg/data" "$W/pg/large"; trap 'stop; rm -rf "$W/pg/data"; mv "$W/pg/large" "$W/pg/data"; start' RETURN
  inside initdb -D "$B/pg/data" -k --auth=trust --locale=C.UTF-8 -U postgres > /dev/null
  printf '%s\n' "port = $PORT" "listen_addresses = ''" "unix_socket_directories = '$B/sock'" "archive_mode = on" "archive_command = '/bin/true'" >> "$W/pg/data/postgresql.conf"
  start
  for _ in $(seq "$RUNS"); do
    pgbackrest_config encrypted; meter "full of an empty cluster | pgbackrest" "$W/br" chroot --userspec=postgres:postgres "$ROOT" pgbackrest --config="$B/run/br.conf" --stanza=s --type=full backup
    holdfast_config encrypted; meter "full of an empty cluster | holdfast" "$W/hf" "$HOLDFAST" --config "$W/run/holdfast.yaml" backup bench
  done
}
# WAL: the same waiting segments are archived by the server's own archiver, and replayed from the archive. Here
# Holdfast runs where the server's commands run, as postgres and inside ROOT, for holdfast-wal talks to it.
HF=/opt/holdfast/bin WPORT=$((PORT + 1)) IPORT=$((PORT + 2))
mount_holdfast() {
  . "$(dirname "$HOLDFAST")/../lib/java-home.sh"; holdfast_find_java java
  mkdir -p "$ROOT/opt/java" "$ROOT/opt/holdfast"
  mountpoint -q "$ROOT/opt/java" || mount --bind "$holdfast_java" "$ROOT/opt/java"
  mountpoint -q "$ROOT/opt/holdfast" || mount --bind "$(cd "$(dirname "$HOLDFAST")/.." && pwd)" "$ROOT/opt/holdfast"
}
wal_inside() { inside HOLDFAST_JAVA_HOME=/opt/java HOLDFAST_PASSPHRASE="$HOLDFAST_PASSPHRASE" HOLDFAST_RUN_DIR="$B/sock" "$@"; }
wal_start() { wal_inside pg_ctl -D "$B/pg/wal" -l "$B/sock/wal.log" -w -s start; }
wal_stop() { [ ! -f "$W/pg/wal/postmaster.pid" ] || inside pg_ctl -D "$B/pg/wal" -m "${1:-fast}" -w -s stop; }
wal_sql() { inside psql -h "$B/sock" -p "$WPORT" -U postgres -XAtq -d postgres -c "$1"; }
waiting() { find "$W/pg/wal/pg_wal/archive_status" -name '*.ready' | wc -l; }
wal_source() { # wal-before: the cluster at a moment; wal-after: SEGMENTS later, which wait to be archived
  wal_stop; idle_stop; rm -rf "$W"/pg/wal*
  inside initdb -D "$B/pg/wal" -k --auth=trust --locale=C.UTF-8 -U postgres > /dev/null
  printf '%s\n' "port = $WPORT" "listen_addresses = ''" "unix_socket_directories = '$B/sock'" "shared_buffers = 256MB" "fsync = off" \
    "max_wal_size = 20GB" "checkpoint_timeout = 5min" "autovacuum = off" "synchronous_commit = off" "wal_level = replica" >> "$W/pg/wal/postgresql.conf"
  wal_start; inside pgbench -i -q -s 20 -h "$B/sock" -p "$WPORT" -U postgres postgres > /dev/null 2>&1; wal_stop
  cp -a "$W/pg/wal" "$W/pg/wal-before"; cp -a "$W/pg/wal" "$W/pg/wal-idle"; inside touch "$B/pg/wal-idle/standby.signal"
  printf '%s\n' "archive_mode = on" "archive_command = 'false'" >> "$W/pg/wal/postgresql.conf"; wal_start
  while [ "$(waiting)" -lt "$SEGMENTS" ]; do
    inside pgbench -n -c 4 -j 2 -T 1 -h "$B/sock" -p "$WPORT" -U postgres postgres > /dev/null 2>&1; wal_sql checkpoint
  done; wal_sql 'select pg_switch_wal()' > /dev/null; wal_stop; mv "$W/pg/wal" "$W/pg/wal-after"
}
wal_drain() { wal_start; while [ "$(waiting)" -gt 0 ]; do sleep 0.02; done; } # steps of wal, as commands for the meter
wal_replay() { wal_start; until [ "$(wal_sql 'select pg_is_in_recovery()')" = f ]; do sleep 0.05; done; }
# A standby that has nothing to follow, for the resident receiver to be connected to: so it only serves the archiver.
idle_start() { inside pg_ctl -D "$B/pg/wal-idle" -l "$B/sock/idle.log" -o "-p $IPORT" -w -s start; }
idle_stop() { [ ! -f "$W/pg/wal-idle/postmaster.pid" ] || inside pg_ctl -D "$B/pg/wal-idle" -m immediate -w -s stop; }
wal_push() { # label, directory of what is stored, archive_command
  rm -rf "$W/pg/wal"; cp -a "$W/pg/wal-after" "$W/pg/wal"; echo "archive_command = '$3'" >> "$W/pg/wal/postgresql.conf"
  meter "$1" "$2" "$0" wal_drain; wal_stop immediate
}
wal_get() { # label, restore_command
  rm -rf "$W/pg/wal"; cp -a "$W/pg/wal-before" "$W/pg/wal"; rm -f "$W"/pg/wal/pg_wal/0*; : > "$W/pg/wal/recovery.signal"
  echo "restore_command = '$2'" >> "$W/pg/wal/postgresql.conf"; chroot "$ROOT" chown postgres: "$B/pg/wal/recovery.signal"
  # As 'holdfast restore' leaves it for holdfast-wal.
  mkdir -m 700 "$W/pg/wal/holdfast-spool"; echo "0123456789abcdef $(inside pg_controldata -D "$B/pg/wal" | sed -n 's/^Database system identifier: *//p')" > "$W/pg/wal/holdfast-spool/restore"
  chroot "$ROOT" chown -R postgres: "$B/pg/wal/holdfast-spool"; meter "$1" - "$0" wal_replay; wal_stop immediate
}
wal() {
  mount_holdfast; wal_source; local receiver key n mode; n=$(find "$W/pg/wal-after/pg_wal/archive_status" -name '*.ready' | wc -l)
  rm -rf "$W/walplain"; own "$W/walplain"; cp -a "$W"/pg/wal-after/pg_wal/0* "$W/walplain/"
  for mode in encrypted plain; do
    rm -rf "$W/hfwal" "$W/br"; own "$W/hfwal" "$W/br"; key='  encryption: none'; [ "$mode" = plain ] || key=$'  key:\n    passphrase-env: HOLDFAST_PASSPHRASE'
    printf '%s\n' 'repository:' "  path: $B/hfwal/repository" "$key" 'clusters:' '  wal:' "    connection: \"host=$B/sock port=$IPORT user=postgres dbname=postgres\"" \
      "    wal:" "      spool-directory: $B/hfwal/spool" "    data-directory: $B/pg/wal" > "$W/hfwal/holdfast.yaml"
    idle_start; wal_inside "$HF/holdfast" --config "$B/hfwal/holdfast.yaml" init --non-interactive > /dev/null || true
    rm -rf "$W/pg/wal"; cp -a "$W/pg/wal-after" "$W/pg/wal"; wal_start; pgbackrest_config "$mode" wal "$WPORT"; wal_stop immediate
    for _ in $(seq "$RUNS"); do
      rm -rf "$W/br/archive/s/"*-*/0* "$W/brspool"; own "$W/brspool"
      wal_push "archive $n segments, $mode | pgbackrest" "$W/br" "pgbackrest --config=$B/run/br.conf --stanza=s --archive-async archive-push %p"
      rm -rf "$W"/hfwal/repository/clusters
      (EXEC=exec wal_inside "$HF/holdfast" --config "$B/hfwal/holdfast.yaml" wal receive wal > "$W/sock/receive.log" 2>&1) & receiver=$!
      until ls "$W"/sock/*.desk > /dev/null 2>&1; do sleep 0.1; done
      wal_push "archive $n segments, $mode | holdfast" "$W/hfwal/repository" "$HF/holdfast-wal push --config $B/hfwal/holdfast.yaml wal %p"
      kill "$receiver"; wait "$receiver" || true
      wal_get "replay $n segments, $mode | cp" "cp $B/walplain/%f %p"
      wal_get "replay $n segments, $mode | pgbackrest" "pgbackrest --config=$B/run/br.conf --stanza=s --archive-async archive-get %f %p"
      wal_get "replay $n segments, $mode | holdfast" "$HF/holdfast-wal get --config $B/hfwal/holdfast.yaml wal %f %p"
    done
    idle_stop
  done; rm -rf "$W"/pg/wal* "$W/walplain" "$W/hfwal"
}
table() { python3 "$HERE/table.py" "$RESULTS"; }
clean() { stop || true; wal_stop || true; idle_stop || true; for m in "$ROOT/opt/java" "$ROOT/opt/holdfast" "$W/pg" "$ROOT/dev/shm" "$ROOT/dev" "$ROOT/proc"; do mountpoint -q "$m" && umount "$m"; done; echo "unmounted; remove $ROOT by hand when done" >&2; }

[ $# -gt 0 ] || { sed -n 2,11p "$0"; exit 2; }
[ "$1" = all ] && set -- prepare load full restore incremental generations wal tiny table
for step in "$@"; do case $step in prepare | load | start | stop | full | restore | incremental | generations | wal | wal_drain | wal_replay | tiny | table | clean) echo "== $step" >&2; "$step" ;; *) echo "unknown step $step" >&2; exit 2 ;; esac; done
