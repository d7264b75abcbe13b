"""Pure text analysis: language, tokens, stems, compounds, bokmål-nynorsk, personal data."""
