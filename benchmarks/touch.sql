-- Changes so many percent of all pages of the database (:share), spread at random: in each chosen page of the three
-- large tables one row gets a new version, which stays in its page (HOT), so no index changes.
set synchronous_commit = off;
select :share * sum(pg_relation_size(oid)) filter (where relkind in ('r', 'i', 't'))
       / sum(pg_relation_size(oid)) filter (where relname in ('pgbench_accounts', 'readings', 'letters')) as sample
  from pg_class where relkind in ('r', 'i', 't') \gset
create temp table touched (relation text, pages bigint);
with rows as (select min(ctid) as row from pgbench_accounts tablesample system (:sample) group by (ctid::text::point)[0]),
  changed as (update pgbench_accounts set abalance = abalance + 1 where ctid = any (array(select row from rows)) returning 1)
  insert into touched select 'pgbench_accounts', count(*) from changed;
with rows as (select min(ctid) as row from readings tablesample system (:sample) group by (ctid::text::point)[0]),
  changed as (update readings set body = body where ctid = any (array(select row from rows)) returning 1)
  insert into touched select 'readings', count(*) from changed;
with rows as (select min(ctid) as row from letters tablesample system (:sample) group by (ctid::text::point)[0]),
  changed as (update letters set body = body where ctid = any (array(select row from rows)) returning 1)
  insert into touched select 'letters', count(*) from changed;
select sum(pages) || ' pages, ' || pg_size_pretty(sum(pages) * 8192) || ', of ' || pg_size_pretty(pg_database_size(current_database())) from touched;
