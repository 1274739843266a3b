"""Area codes and names: recognised, brought to one year, matched, and every loss on the way counted."""
