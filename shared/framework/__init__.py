"""The assessment framework as data: the register of indicators, gates, use rules, other offices' instruments."""
