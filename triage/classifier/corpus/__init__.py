"""The texts that are learnt from: sample cases, the site's own, and what is known of each."""
