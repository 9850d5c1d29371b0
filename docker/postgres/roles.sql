-- The roles of the service, in a database that a superuser has made for it and is connected to:
--
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v service_password=… -f roles.sql mes
--
-- mes_owner owns the database and the schema, and runs the migrations. mes is the service: it reads and writes rows, and
-- can neither change the schema nor switch the triggers off. Neither is a superuser.
\if :{?owner}
\else
\set owner mes_owner
\endif
\if :{?service}
\else
\set service mes
\endif

CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN PASSWORD :'service_password';

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
ALTER DATABASE :"DBNAME" OWNER TO :"owner";
GRANT CONNECT ON DATABASE :"DBNAME" TO :"service";

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO :"owner";
GRANT USAGE ON SCHEMA public TO :"service";

-- For what migrations create, now and later.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
  GRANT SELECT, USAGE ON SEQUENCES TO :"service";
