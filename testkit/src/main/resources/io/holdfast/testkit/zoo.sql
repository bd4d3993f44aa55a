-- One of everything that a dump has to bring back. For PostgreSQL 14 to 18.
CREATE EXTENSION hstore;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION citext;

CREATE SCHEMA shop;
CREATE SCHEMA "Ünïcode ""quoted"" Schema";
COMMENT ON SCHEMA shop IS 'where things are sold; it''s a "shop"';

CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'über');
CREATE TYPE shop.money_range AS RANGE (subtype = numeric);
CREATE TYPE shop.address AS (street text, zip varchar(10));
CREATE DOMAIN shop.email AS citext CHECK (value ~ '@');
CREATE SEQUENCE shop.invoice_number START 1000 INCREMENT 7;
SELECT nextval('shop.invoice_number') FROM generate_series(1, 5);

CREATE FUNCTION shop.slug(text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT lower(replace($1, ' ', '-')) $$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := '2026-01-01 00:00:00+00';
  RETURN NEW;
END $$;
CREATE PROCEDURE shop.nothing() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE AGGREGATE shop.longest(text) (sfunc = pg_catalog.textcat, stype = text, initcond = '');

CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  slug text GENERATED ALWAYS AS (shop.slug(name)) STORED,
  mail shop.email UNIQUE,
  mood shop.mood DEFAULT 'ok',
  home shop.address,
  tags text[] DEFAULT '{}',
  extra hstore,
  document jsonb,
  born date,
  changed timestamptz DEFAULT '2025-01-01 00:00:00+00',
  raw bytea,
  CONSTRAINT named CHECK (length(name) > 0)
);
COMMENT ON TABLE shop.customers IS 'people';
COMMENT ON COLUMN shop.customers.mood IS 'how they feel';
INSERT INTO shop.customers (name, mail, mood, home, tags, extra, document, born, raw)
SELECT 'Customer ' || i, 'c' || i || '@example.org', (ARRAY['sad', 'ok', 'über'])[1 + i % 3]::shop.mood,
       ROW('Street ' || i, i::text)::shop.address, ARRAY['a' || i, NULL, 'x,y', '"'],
       hstore('k' || i, 'v'), jsonb_build_object('i', i, 'list', ARRAY[1, 2]), date '1970-01-01' + i,
       decode(md5(i::text), 'hex')
FROM generate_series(1, 500) i;
INSERT INTO shop.customers (name, mail) VALUES
  (E'new\nline, tab\t, back\\slash, \\., quote '' "', 'odd@example.org'),
  (E'\\.', 'dot@example.org'), ('Zoë Łukasz 日本', 'u@example.org');
CREATE INDEX customers_trgm ON shop.customers USING gin (name gin_trgm_ops);
CREATE INDEX customers_partial ON shop.customers (lower(name)) WHERE mood = 'sad';
CREATE STATISTICS shop.customers_stats (dependencies) ON born, mood FROM shop.customers;
CREATE TRIGGER touch BEFORE UPDATE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.touch();

CREATE TABLE shop.orders (
  id serial,
  customer bigint REFERENCES shop.customers (id) ON DELETE CASCADE,
  placed timestamptz NOT NULL,
  amount numeric(12, 2),
  validity shop.money_range,
  PRIMARY KEY (id, placed)
) PARTITION BY RANGE (placed);
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.orders_rest PARTITION OF shop.orders DEFAULT;
INSERT INTO shop.orders (customer, placed, amount, validity)
SELECT 1 + i % 500, timestamptz '2024-01-01 00:00:00+00' + i * interval '1 day', i * 1.5,
       shop.money_range(i, i + 10)
FROM generate_series(1, 1000) i;
CREATE INDEX orders_customer ON shop.orders (customer);

CREATE TABLE shop.animals (id int PRIMARY KEY, name text);
CREATE TABLE shop.dogs (barks boolean DEFAULT true) INHERITS (shop.animals);
INSERT INTO shop.animals VALUES (1, 'cat');
INSERT INTO shop.dogs VALUES (2, 'rex', false);

-- Two tables that refer to each other.
CREATE TABLE shop.teams (id int PRIMARY KEY, captain int);
CREATE TABLE shop.players (id int PRIMARY KEY, team int REFERENCES shop.teams);
ALTER TABLE shop.teams ADD CONSTRAINT captain_plays FOREIGN KEY (captain) REFERENCES shop.players
  DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO shop.teams VALUES (1, 10), (2, 20);
INSERT INTO shop.players VALUES (10, 1), (20, 2), (30, NULL);
COMMIT;

CREATE TABLE "Ünïcode ""quoted"" Schema"."Täble; DROP" ("Cölumn 'x'" int, "select" text);
INSERT INTO "Ünïcode ""quoted"" Schema"."Täble; DROP" VALUES (1, 'one'), (2, NULL), (3, '');
CREATE TABLE public.empty_one (nothing int);
CREATE TABLE public.no_columns ();
INSERT INTO public.no_columns DEFAULT VALUES;
CREATE UNLOGGED TABLE public.fast (id int PRIMARY KEY);
INSERT INTO public.fast SELECT generate_series(1, 10);
CREATE TABLE public.texts (id int PRIMARY KEY, body text COLLATE "C", search tsvector);
INSERT INTO public.texts SELECT i, repeat(md5(i::text), 300), to_tsvector('simple', 'word' || i)
FROM generate_series(1, 200) i;
CREATE TABLE public.floats (id int, f float8, g float4, n numeric, t interval, b bit varying, u uuid);
INSERT INTO public.floats VALUES
  (1, 0.1::float8 + 0.2::float8, 1.1, 12345678901234567890.123456789, '1 mon 2 days', B'1011',
   '00000000-0000-0000-0000-00000000abcd'),
  (2, 'NaN', '-Infinity', 'NaN', '-1 day', B'', NULL);

CREATE VIEW shop.happy AS SELECT id, name FROM shop.customers WHERE mood = 'ok';
CREATE MATERIALIZED VIEW shop.totals AS SELECT customer, sum(amount) AS total FROM shop.orders GROUP BY 1;
CREATE UNIQUE INDEX totals_customer ON shop.totals (customer);
CREATE RULE no_delete AS ON DELETE TO shop.animals DO INSTEAD NOTHING;
CREATE TEXT SEARCH CONFIGURATION shop.search (COPY = pg_catalog.simple);
CREATE COLLATION shop.plain (provider = libc, locale = 'C');
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE shop.elsewhere (id int) SERVER far;
CREATE PUBLICATION news FOR TABLE shop.customers;

CREATE TABLE shop.secrets (owner name, secret text);
INSERT INTO shop.secrets VALUES ('zoo_reader', 'hers'), ('zoo_owner', 'his');
ALTER TABLE shop.secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.secrets USING (owner = current_user);

CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION public.watch();

SELECT lo_from_bytea(70001, decode(repeat('00ff10', 2000), 'hex')), lo_from_bytea(70002, '');
SELECT lo_from_bytea(4000000000, 'beyond two billion');
COMMENT ON LARGE OBJECT 70001 IS 'a picture';

ALTER TABLE shop.customers OWNER TO zoo_owner;
ALTER SCHEMA shop OWNER TO zoo_owner;
GRANT USAGE ON SCHEMA shop TO zoo_reader;
GRANT SELECT ON shop.customers TO zoo_reader;
GRANT UPDATE (mood) ON shop.customers TO zoo_reader;
GRANT SELECT ON LARGE OBJECT 70001 TO zoo_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE zoo_owner IN SCHEMA shop GRANT SELECT ON TABLES TO zoo_reader;
