"""What the rows are made from: invoices, payments and credit notes, exchange differences as drawn, with their names."""

_INVOICE = """
    SELECT invoice.*, settlement.n IS NOT NULL AS is_settled, COALESCE(is_full, FALSE) AS is_full, only_refunds,
           matching, full_id, balance - COALESCE(settled, 0) AS residual,
           invoice.amount_currency - COALESCE(settled_currency, 0) AS residual_currency,
           %(invoice_prefix)s || extract(year FROM date) || '/' AS prefix
      FROM bench.invoice
      LEFT JOIN bench.settlement USING (n)
"""
_INVOICES = (
    f"SELECT *, prefix || lpad(number::text, greatest(5, length(number::text)), '0') AS name FROM ({_INVOICE}) i"
)
POSTED = f"SELECT * FROM ({_INVOICES}) i WHERE NOT is_draft"
DRAFT = f"SELECT * FROM ({_INVOICES}) i WHERE is_draft"

_EVENT = """
    SELECT event.*, settlement.matching, settlement.full_id, COALESCE(settlement.is_full, FALSE) AS is_full,
           event.n IS NOT NULL AS is_matched, %(id_account_move)s + %(documents)s + k AS move_id,
           CASE kind WHEN 'payment' THEN %(payment_prefix)s ELSE %(refund_prefix)s END || extract(year FROM date) || '/'
               AS prefix
      FROM bench.event
      LEFT JOIN bench.settlement USING (n)
"""
EVENTS = f"SELECT *, prefix || lpad(number::text, greatest(5, length(number::text)), '0') AS name FROM ({_EVENT}) e"
PAYMENTS = f"SELECT * FROM ({EVENTS}) e WHERE kind = 'payment'"
REFUNDS = f"SELECT * FROM ({EVENTS}) e WHERE kind = 'refund'"

_EXCHANGE = """
    SELECT exchange.*, settlement.matching, settlement.full_id,
           %(id_account_move)s + %(documents)s + %(events)s + x AS move_id,
           %(exchange_prefix)s || to_char(date, 'YYYY/MM/') AS prefix
      FROM bench.exchange
      JOIN bench.settlement USING (n)
"""
EXCHANGES = (
    f"SELECT *, prefix || lpad(number::text, greatest(4, length(number::text)), '0') AS name FROM ({_EXCHANGE}) x"
)

# ids of the first journal item of each
INVOICE_LINE = "%(id_account_move_line)s + 3 * s.n"
EVENT_LINE = "%(id_account_move_line)s + 3 * (%(documents)s + 1) + 2 * s.k"
EXCHANGE_LINE = "%(id_account_move_line)s + 3 * (%(documents)s + 1) + 2 * (%(events)s + 1) + 2 * s.x"
