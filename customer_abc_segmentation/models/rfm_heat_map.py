from odoo import api, models

from ..core.rfm import SCORES
from .customer_value import STAGES
from .rfm_segment import DEFAULT_COLOR


class RfmHeatMap(models.AbstractModel):
    """Data of the RFM heat map and the stage funnel: customers and revenue per cell, per segment and per stage."""

    _name = "rfm.heat.map"
    _description = "RFM Heat Map"

    @api.model
    @api.readonly
    def get_data(self):
        """Everything the screen shows, in one call, of the current company and of the customers the user may see.

        :return: dict ``policy`` (False where none is in force), ``can_refresh``, ``cells``, ``segments``, ``stages``;
            a cell: ``r, f, segment_id, customers, monetary``
        """
        self.env["customer.value"].check_access("read")
        can_refresh = self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager")
        policy = self.env["customer.value.policy"]._get_for().sudo(False)
        if not policy:
            return {"policy": False, "can_refresh": can_refresh}
        rows = self._get_rows(policy)
        return {
            "policy": self._get_policy_data(policy),
            "can_refresh": can_refresh,
            "cells": self._get_cells(policy, rows["cell"]),
            "segments": self._get_segments(policy, rows["segment"]),
            "stages": self._get_stages(rows["stage"]),
        }

    def _get_policy_data(self, policy):
        # sudo: a salesperson may be asked what the figures mean without the right to the policy's company
        policy = policy.sudo()
        start, end = policy._get_window(policy.last_date) if policy.last_date else (False, False)
        return {
            "id": policy.id,
            "name": policy.name,
            "company_id": policy.company_id.id,
            "currency_id": policy.currency_id.id,
            "date": policy.last_date,
            "window": [start, end],
        }

    def _get_rows(self, policy):
        """``{kind: {key: (customers, monetary)}}`` of the cells, segments and stages, in one statement."""
        groups = {"cell": ["rfm_r", "rfm_f"], "segment": ["rfm_segment_id"], "stage": ["stage"]}
        sets = self.env["customer.value"]._read_grouping_sets(
            [("policy_id", "=", policy.id)], list(groups.values()), ["__count", "monetary:sum"]
        )
        found = {}
        for (kind, names), rows in zip(groups.items(), sets, strict=True):
            depth = len(names)
            found[kind] = {row[:depth]: row[depth:] for row in rows}
        return found

    def _get_cells(self, policy, rows):
        # sudo: the grid of the company is no secret
        segments = {(cell.r, cell.f): cell.segment_id.id for cell in policy.sudo().cell_ids}
        return [
            {"r": r, "f": f, "segment_id": segments[r, f], **self._figures(rows.get((r, f)))}
            for r in reversed(SCORES)
            for f in SCORES
        ]

    def _get_segments(self, policy, rows):
        # sudo: as above
        return [
            {
                "id": segment.id,
                "name": segment.name,
                "color": segment.color or DEFAULT_COLOR,
                "description": segment.description or "",
                "advice": segment.advice or "",
                **self._figures(rows.get((segment.sudo(False),))),
            }
            for segment in policy.sudo().segment_ids
        ]

    def _get_stages(self, rows):
        names = dict(self.env["customer.value"]._fields["stage"]._description_selection(self.env))
        return [{"key": key, "name": names[key], **self._figures(rows.get((key,)))} for key, _name in STAGES]

    @staticmethod
    def _figures(row):
        customers, monetary = row or (0, 0)
        return {"customers": customers, "monetary": monetary or 0}
