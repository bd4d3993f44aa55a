-- The sober part of the data: pgbench's own tables compress 15 to 30 times and flatter every tool.
create table readings (id bigserial primary key, at timestamptz not null, device uuid not null, body jsonb not null) with (fillfactor = 90);
insert into readings (at, device, body)
  select timestamptz '2026-01-01' + make_interval(secs => n * 3.7), md5((n % 5000)::text)::uuid,
         jsonb_build_object('kind', (array['temperature','door','motion','battery','error'])[1 + n % 5],
                            'value', round((random() * 100)::numeric, 3), 'sequence', n,
                            'trace', md5(random()::text), 'path', '/site/' || (n % 97) || '/unit/' || (n % 1009))
  from generate_series(1, :readings) n;
create index on readings (device, at);
create index on readings using gin (body jsonb_path_ops) where (id % 10 = 0);
create table letters (id serial primary key, body text not null) with (fillfactor = 90);
insert into letters (body)
  select string_agg((array['ledger','harbour','quiet','seventh','willow','carbon','meridian','paper','salt','engine',
                           'window','morning','copper','listen','border','thread','signal','winter','orchard','stone'])
                    [1 + (random() * 19)::int] || case when random() < 0.1 then '. ' else ' ' end, '')
  from generate_series(1, :letters) letter, generate_series(1, 220) word group by letter;
