"""The words of the domain: events, entities, people, areas, findings, actions, cases. Imports nothing of ours."""
