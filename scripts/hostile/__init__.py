"""What `scripts/fuzz` and `scripts/crash_test` do to `nmt`, and what it must keep to.

``texts``, ``corpora`` and ``bundles`` make the hostile input, ``kills`` and ``faults`` the bad
moments; ``process`` runs commands, ``small`` makes the model they work on, ``tally`` counts.
"""
