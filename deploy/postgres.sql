-- The role and the database of placecast with least rights, made once by PostgreSQL's superuser:
--   PLACECAST_POSTGRES_PASSWORD=… psql -v ON_ERROR_STOP=1 -f deploy/postgres.sql
-- The container of deploy/compose.yaml runs it when its volume is new. The role owns the schema placecast and
-- nothing else: it cannot make databases, roles or extensions, read files, or see another database's tables.
\getenv password PLACECAST_POSTGRES_PASSWORD
CREATE ROLE placecast LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT
  CONNECTION LIMIT 100 PASSWORD :'password';
CREATE DATABASE placecast;
REVOKE ALL ON DATABASE placecast FROM PUBLIC;
GRANT CONNECT ON DATABASE placecast TO placecast;
\connect placecast
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA placecast AUTHORIZATION placecast;
ALTER ROLE placecast IN DATABASE placecast SET search_path = placecast;
