"""The statements that make up a ledger, in the order in which they run.

Everything random is a hash of a row's number and a salt, so that the same sizes give the same ledger. The staging
tables live in the schema ``bench``, which is dropped at the end. ``id_<table>`` is the first free id of a table and
``taken`` the highest number that a journal has given to a document of the template's demo data.
"""

RANDOM = """
    CREATE SCHEMA bench;
    -- uniform in [0, 1), the same on every machine
    CREATE FUNCTION bench.uniform(n bigint, salt int) RETURNS float8 IMMUTABLE PARALLEL SAFE LANGUAGE sql
        AS $$ SELECT (hashint8extended(n, salt) & 9007199254740991)::float8 / 9007199254740992 $$;
    -- standard normal (Box and Muller)
    CREATE FUNCTION bench.normal(n bigint, salt int) RETURNS float8 IMMUTABLE PARALLEL SAFE LANGUAGE sql
        AS $$ SELECT sqrt(-2 * ln(1 - bench.uniform(n, salt))) * cos(2 * pi() * bench.uniform(n, salt + 1000)) $$;
    -- rank of a customer: continuous form of Zipf's law with exponent 1
    CREATE FUNCTION bench.zipf(n bigint, salt int, ranks int) RETURNS int IMMUTABLE PARALLEL SAFE LANGUAGE sql
        AS $$ SELECT least(ranks, floor(exp(bench.uniform(n, salt) * ln(ranks + 1)))::int) $$;
"""

# Units of the currency per unit of the company's, new on the first of each month.
RATES = """
    CREATE TABLE bench.rate AS
    SELECT currency.id AS currency_id, month::date AS month,
           round((level * (1 + 0.08 * sin(extract(epoch FROM month) / 9e6 + currency.id)))::numeric, 6) AS rate
      FROM (VALUES (%(currency_1)s, 0.9), (%(currency_2)s, 0.8), (%(currency_3)s, 7.2)) AS currency(id, level)
      CROSS JOIN generate_series(date_trunc('month', %(start)s::date) - interval '3 months', %(end)s, '1 month') month;
    INSERT INTO bench.rate
    SELECT %(company_currency)s, month, 1 FROM bench.rate WHERE currency_id = %(currency_1)s;
    DELETE FROM res_currency_rate
     WHERE currency_id IN (%(company_currency)s, %(currency_1)s, %(currency_2)s, %(currency_3)s);
    INSERT INTO res_currency_rate (currency_id, name, rate, company_id, create_uid, write_uid, create_date, write_date)
    SELECT currency_id, month, rate, %(company)s, 1, 1, now(), now()
      FROM bench.rate WHERE currency_id <> %(company_currency)s;
"""

# Each customer has a currency of its foreign invoices, a term, a usual delay and a share of bills it never pays.
CUSTOMERS = """
    CREATE TABLE bench.customer AS
    SELECT rank, 'Customer ' || lpad(rank::text, 7, '0') AS name, %(id_res_partner)s + rank AS partner_id,
           CASE WHEN bench.uniform(rank, 1) < 0.3 THEN %(id_res_partner)s + %(customers)s + rank END AS contact_id,
           (ARRAY[%(currency_1)s, %(currency_2)s, %(currency_3)s])[1 + floor(bench.uniform(rank, 2) * 3)::int]
               AS currency_id,
           (%(countries)s)[1 + floor(bench.uniform(rank, 3) * cardinality(%(countries)s))::int] AS country_id,
           (%(users)s)[1 + floor(bench.uniform(rank, 4) * cardinality(%(users)s))::int] AS user_id,
           (ARRAY[14, 30, 30, 45, 60])[1 + floor(bench.uniform(rank, 5) * 5)::int] AS term,
           -4 + 40 * power(bench.uniform(rank, 6), 2) AS delay, 0.03 + 0.18 * power(bench.uniform(rank, 7), 2) AS unpaid
      FROM generate_series(1, %(customers)s) rank;
    ALTER TABLE bench.customer ADD PRIMARY KEY (rank);
    ANALYZE bench.customer;
"""

# Posted invoices in the order of their dates, slowly growing in number; then drafts of the last three weeks.
INVOICES = """
    CREATE TABLE bench.invoice_drawn AS
    SELECT n, bench.zipf(n, 10, %(customers)s) AS rank, n > %(invoices)s AS is_draft,
           CASE WHEN n > %(invoices)s THEN %(end)s - floor(bench.uniform(n, 11) * 21)::int
                ELSE %(start)s + floor((%(end)s - %(start)s + 1) * power((n - 0.5)::float8 / %(invoices)s, 0.85))::int
            END AS date,
           bench.uniform(n, 12) < 0.05 AS is_foreign,
           round(greatest(exp(6 + 1.1 * bench.normal(n, 13)), 5)::numeric, 2) AS amount_currency,
           bench.uniform(n, 14) AS fate, round((0.3 + 0.4 * bench.uniform(n, 15))::numeric, 2) AS share,
           bench.uniform(n, 16) < 0.3 AS has_two_lines
      FROM generate_series(1, %(invoices)s + %(drafts)s) n;
    CREATE TABLE bench.invoice AS
    SELECT n, rank, is_draft, date, drawn.amount_currency, has_two_lines, fate, share,
           partner_id, COALESCE(CASE WHEN bench.uniform(n, 17) < 0.5 THEN contact_id END, partner_id) AS contact_id,
           user_id, delay, unpaid, date + term AS date_due, rate.currency_id, rate.rate,
           round(drawn.amount_currency / rate.rate, 2) AS balance,
           CASE WHEN NOT is_draft
                THEN %(taken)s + row_number() OVER (PARTITION BY is_draft, extract(year FROM date) ORDER BY n)
            END AS number
      FROM bench.invoice_drawn drawn
      JOIN bench.customer USING (rank)
      JOIN bench.rate ON rate.month = date_trunc('month', date)::date
       AND rate.currency_id = CASE WHEN is_foreign THEN customer.currency_id ELSE %(company_currency)s END;
    DROP TABLE bench.invoice_drawn;
    ALTER TABLE bench.invoice ADD PRIMARY KEY (n);
    ANALYZE bench.invoice;
"""

# What happens to a posted invoice: nothing, a part payment, two payments, credit notes, or (mostly) one payment.
# Then payments on account and credit notes that nobody has matched.
EVENTS = """
    CREATE TABLE bench.event_drawn AS
    WITH first AS (
        SELECT n, fate - unpaid AS fate, date, amount_currency,
               CASE WHEN fate - unpaid < 0.12 THEN share ELSE 1 END AS share,
               CASE WHEN fate - unpaid BETWEEN 0.11 AND 0.14 THEN 'refund' ELSE 'payment' END AS kind,
               CASE WHEN fate - unpaid BETWEEN 0.11 AND 0.14 THEN date + 3 + floor(bench.uniform(n, 20) * 20)::int
                    ELSE greatest(date, date_due + round(delay + 12 * bench.normal(n, 21))::int) END AS event_date
          FROM bench.invoice
         WHERE NOT is_draft AND fate >= unpaid
    )
    SELECT n, 1 AS seq, kind, event_date AS date, round(amount_currency * share, 2) AS amount_currency,
           share = 1 AS is_last
      FROM first
     UNION ALL
    SELECT n, 2, 'payment', event_date + 5 + floor(bench.uniform(n, 22) * 45)::int,
           amount_currency - round(amount_currency * share, 2), TRUE
      FROM first
     WHERE share < 1 AND fate >= 0.03;
    DELETE FROM bench.event_drawn WHERE date > %(end)s;
    CREATE TABLE bench.event AS
    SELECT row_number() OVER (ORDER BY drawn.date, n, seq) AS k, n, seq, kind, drawn.date, partner_id, user_id,
           invoice.currency_id, rate.rate, drawn.amount_currency,
           round(drawn.amount_currency / rate.rate, 2) AS balance,
           -- what it settles of the invoice, at the invoice's own rate; the last one settles the rest
           CASE WHEN NOT is_last THEN round(drawn.amount_currency / invoice.rate, 2)
                ELSE invoice.balance - CASE WHEN seq = 2
                     THEN round((invoice.amount_currency - drawn.amount_currency) / invoice.rate, 2) ELSE 0 END
            END AS settles, is_last
      FROM bench.event_drawn drawn
      JOIN bench.invoice USING (n)
      JOIN bench.rate ON rate.month = date_trunc('month', drawn.date)::date AND rate.currency_id = invoice.currency_id;
    INSERT INTO bench.event
    SELECT (SELECT count(*) FROM bench.event) + i, NULL, 1, CASE WHEN i %% 3 = 0 THEN 'refund' ELSE 'payment' END,
           %(end)s - floor(bench.uniform(i, 31) * 300)::int, partner_id, user_id, %(company_currency)s, 1,
           amount, amount, NULL, NULL
      FROM generate_series(1, %(unmatched)s) i
      CROSS JOIN LATERAL (SELECT round(greatest(exp(5 + bench.normal(i, 32)), 5)::numeric, 2) AS amount) draw
      JOIN bench.customer ON rank = bench.zipf(i, 33, %(customers)s);
    DROP TABLE bench.event_drawn;
    ALTER TABLE bench.event ADD COLUMN number int;
    UPDATE bench.event SET number = numbered.number
      FROM (SELECT k, %(taken)s + row_number() OVER (PARTITION BY kind, extract(year FROM date) ORDER BY k) AS number
              FROM bench.event) numbered
     WHERE numbered.k = event.k;
    ALTER TABLE bench.event ADD PRIMARY KEY (k);
    ANALYZE bench.event;
"""

# The difference between the rates of the invoice and of what settled it: a loss on the invoice or a gain on the event,
# booked at the end of the month as Odoo does.
EXCHANGES = """
    CREATE TABLE bench.exchange AS
    SELECT row_number() OVER (ORDER BY date, k) AS x, k, n, partner_id, currency_id, is_last, settles - balance AS loss,
           least((date_trunc('month', date) + interval '1 month' - interval '1 day')::date, %(end)s) AS date,
           %(taken)s + row_number() OVER (PARTITION BY date_trunc('month', date) ORDER BY date, k) AS number
      FROM bench.event
     WHERE settles <> balance;
    ALTER TABLE bench.exchange ADD PRIMARY KEY (k);
    ANALYZE bench.exchange;
"""

# Per invoice: what is settled, whether all of it, and the number its matching goes by.
SETTLEMENTS = """
    CREATE TABLE bench.settlement AS
    SELECT n, sum(settles) AS settled, sum(amount_currency) AS settled_currency, bool_or(is_last) AS is_full,
           bool_and(kind = 'refund') AS only_refunds, min(k) AS first_k, NULL::bigint AS full_id
      FROM bench.event
     WHERE n IS NOT NULL
     GROUP BY n;
    UPDATE bench.settlement SET full_id = %(id_account_full_reconcile)s + numbered.number
      FROM (SELECT n, row_number() OVER (ORDER BY n) AS number FROM bench.settlement WHERE is_full) numbered
     WHERE numbered.n = settlement.n;
    ALTER TABLE bench.settlement ADD COLUMN matching varchar;
    UPDATE bench.settlement
       SET matching = COALESCE(full_id::text, 'P' || (%(id_account_partial_reconcile)s + 2 * first_k));
    ALTER TABLE bench.settlement ADD PRIMARY KEY (n);
    ANALYZE bench.settlement;
"""

STAGING = (
    ("customers", CUSTOMERS),
    ("invoices", INVOICES),
    ("payments and credit notes", EVENTS),
    ("exchange differences", EXCHANGES),
    ("settlements", SETTLEMENTS),
)
