"""The domain: its language, the pure engine, knowledge, speech, and the catalogue of rules. No IO in here."""
