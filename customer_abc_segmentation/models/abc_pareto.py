from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class AbcPareto(models.AbstractModel):
    """Data of the Pareto chart: customers by measure, the cumulative curve and the classes."""

    _name = "abc.pareto"
    _description = "ABC Pareto Chart"

    @api.model
    @api.readonly
    def get_chart(self, policy_id=False, partition_id=False, top=40):
        """Everything the chart shows, in one call.

        :param int policy_id: policy; default: the one shown on customers, else the first
        :param int partition_id: value of the policy's partition field; default: the one with the largest total
        :param int top: customers with a bar of their own, the rest is one bar
        :return: dict ``policies, policy, partitions, partition_id, classes, bars, rest, total``; ``policy`` is False
            where there is none, ``policy["date"]`` is False before the first run
        """
        if not self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager"):
            raise AccessError(self.env._("The Pareto chart shows all customers: it is for segmentation managers."))
        policies = self.env["abc.policy"].search([("company_id", "parent_of", self.env.company.id)])
        policy = policies.filtered(lambda policy: policy.id == policy_id) or policies[:1]
        chart = {"policies": [{"id": each.id, "name": each.name} for each in policies], "policy": False}
        if not policy:
            return chart
        partitions = self._get_partitions(policy)
        chosen = next((each for each in partitions if each["id"] == partition_id), partitions[:1] and partitions[0])
        partition = chosen and chosen["id"] or False
        bars, rest = self._get_bars(policy, partition, min(max(top, 1), 200))
        return {
            **chart,
            "policy": self._get_policy_data(policy),
            "partitions": partitions if policy.partition_field_id else [],
            "partition_id": partition,
            "classes": self._get_class_data(policy, partition),
            "bars": bars,
            "rest": rest,
            "total": chosen["total"] if chosen else 0,
        }

    def _get_policy_data(self, policy):
        run = policy.last_run_id
        return {
            "id": policy.id,
            "name": policy.name,
            "measure": dict(policy._fields["measure"]._description_selection(self.env))[policy.measure],
            "currency_id": policy._get_measure_currency().id,
            "date": run.date,
            "window": [run.window_start, run.window_end],
        }

    def _computed_sql(self, policy):
        """Open computed rows of a policy."""
        return SQL("policy_id = %s AND NOT is_manual AND date_to IS NULL", policy.id)

    def _get_partitions(self, policy):
        """``[{id, name, total}]`` of the partition values, largest total first; one without name if not partitioned."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partition_id, sum(GREATEST(measure, 0))::float AS total
                  FROM abc_classification
                 WHERE %s
                 GROUP BY partition_id
                 ORDER BY total DESC, partition_id
                """,
                self._computed_sql(policy),
            )
        )
        names = {}
        if policy.partition_field_id:
            # sudo: names of countries, salespeople ... of rows that the manager may see
            records = (
                self.env[policy.partition_field_id.sudo().relation].sudo().browse(row[0] for row in rows if row[0])
            )
            names = {record.id: record.display_name for record in records.exists()}
        return [{"id": key or False, "name": names.get(key, self.env._("None")), "total": total} for key, total in rows]

    def _get_class_data(self, policy, partition):
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT class_id, count(*) AS customers, sum(measure)::float AS measure,
                       COALESCE(sum(share), 0) AS share
                  FROM abc_classification
                 WHERE %s AND partition_id IS NOT DISTINCT FROM %s
                 GROUP BY class_id
                """,
                self._computed_sql(policy),
                partition or None,
            )
        )
        figures = {row.pop("class_id"): row for row in rows}
        nothing = {"customers": 0, "measure": 0, "share": 0}
        return [
            {
                "id": level.id,
                "code": level.code,
                "name": level.name,
                "color": level.color or "#8c96a5",
                "upper_share": level.upper_share,
                **figures.get(level.id, nothing),
            }
            for level in policy.class_ids.sorted()
        ]

    def _get_bars(self, policy, partition, top):
        """Bars of the ``top`` customers and the sum of the rest (False if there is none); shares are cumulative."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH customer AS (
                    SELECT partner_id, class_id, measure,
                           row_number() OVER place AS place,
                           sum(GREATEST(measure, 0)) OVER place
                               / NULLIF(sum(GREATEST(measure, 0)) OVER (), 0) AS cumulative
                      FROM abc_classification
                     WHERE %(computed)s AND partition_id IS NOT DISTINCT FROM %(partition)s
                    WINDOW place AS (ORDER BY measure DESC, partner_id ROWS UNBOUNDED PRECEDING)
                )
                SELECT partner_id, class_id, measure::float, cumulative::float, 1 AS customers
                  FROM customer
                 WHERE place <= %(top)s
                 UNION ALL
                SELECT NULL, NULL, sum(measure)::float, max(cumulative)::float, count(*)
                  FROM customer
                 WHERE place > %(top)s
                HAVING count(*) > 0
                """,
                computed=self._computed_sql(policy),
                partition=partition or None,
                top=top,
            )
        )
        bars = [row for row in rows if row["partner_id"]]
        # sudo: a manager sees the class of every customer, so its name too
        partners = self.env["res.partner"].sudo().browse(row["partner_id"] for row in bars)
        for row, partner in zip(bars, partners, strict=True):
            row["name"] = partner.display_name
        bars.sort(key=lambda row: (-row["measure"], row["partner_id"]))
        return bars, next((row for row in rows if not row["partner_id"]), False)
