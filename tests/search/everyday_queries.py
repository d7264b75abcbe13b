"""What people type in everyday words, and the articles of the sample that answer it.

Written from the titles' subjects in words a service owner, a supplier or a support agent would
use; several right answers where more than one article answers. The ranking is never fitted to
these one by one.
"""

QUERIES: tuple[tuple[str, str, frozenset[str]], ...] = tuple(
    (language, query, frozenset(right.split()))
    for language, query, right in (
        ("nb", "nøkkelen vår virker ikke lenger", "maskinporten-nokkel-utlopt"),
        ("nb", "bytte jwk", "maskinporten-nokkel-utlopt maskinporten-klient-og-nokler"),
        ("nb", "får ikke token, invalid_grant", "maskinporten-invalid-grant"),
        ("nb", "MP-122", "maskinporten-invalid-grant"),
        ("nb", "AUTH.VLD-00003", "systembruker-feilkoder"),
        ("nb", "invalid scope", "maskinporten-scope-mangler"),
        ("nb", "lage et eget api med scope", "maskinporten-bestill-prefiks"),
        ("nb", "leverandøren skal hente token på våre vegne", "maskinporten-deleger-api"),
        ("nb", "når stenger altinn 2", "a2-frister-og-status a2-sporsmal-og-svar"),
        ("nb", "ta ut gamle skjemadata fra altinn ii", "a2-hent-ut-data"),
        ("nb", "hva skjer med utkast som ikke er sendt inn", "a2-skjema-under-utfylling"),
        ("nb", "flytte skjema fra tul", "a2-fra-tul-til-studio"),
        ("nb", "jeg får ikke logget inn i studio", "studio-logg-inn studio-tilgang-organisasjon"),
        ("nb", "publisere appen i produksjon", "studio-publiser"),
        ("nb", "oppdatere til siste versjon av app-bibliotekene", "studio-oppgrader"),
        ("nb", "kjent feil i studio", "studio-kjente-feil"),
        (
            "nb",
            "regnskapsfører mistet tilgang til kundene",
            "pakker-klientdelegering pakker-rollen-forsvinner",
        ),
        ("nb", "hvilken tilgangspakke skal vi bruke", "pakker-velg-riktig pakker-kom-i-gang"),
        ("nb", "ingen av pakkene passer for vår tjeneste", "pakker-naar-ingen-passer"),
        ("nb", "ingen har tilgang til sensitiv pakke", "pakker-sensitive"),
        ("nb", "dialogen kom til feil person", "dialog-feil-mottaker"),
        ("nb", "sende brev med vedlegg til innbyggere", "melding-send-vedlegg"),
        ("nb", "hvor lang tid tar det å få svar", "responstider-og-prioritet"),
        ("nb", "hva må jeg ha med når jeg melder en feil", "meld-feil-riktig"),
        ("nb", "brukerstøtte for innbyggere som ringer oss", "betjeningsmodellen"),
        ("nb", "endre tilganger på systembruker", "systembruker-endre-rettigheter"),
        ("nb", "sms varsel til mottaker", "varsling-epost-sms varsling-ikke-mottatt"),
        ("nb", "hvem er hendelsesansvarlig", "varslingspunkt-kontaktroller"),
        ("nn", "kven kan opprette systembrukar", "systembruker-hvem-oppretter"),
        ("nn", "mottakaren fekk ikkje sms", "varsling-ikke-mottatt"),
        ("nn", "gje tilgang til ein person utanfor verksemda", "pakker-gi-tilgang-privatperson"),
        ("nn", "fullmakt for mor mi", "pakker-fullmakt-privatperson"),
        ("nn", "testfødselsnummer", "testbrukarar-syntetiske"),
        ("nn", "virus i opplasta fil", "studio-vedlegg-virus"),
        ("nn", "korleis svarar vi på høyringa", "horing-gi-innspill"),
        ("nn", "to personar må signere skjemaet", "studio-signering"),
        ("nn", "når forsvinn rollene", "pakker-rollen-forsvinner pakker-og-roller-samtidig"),
        ("nn", "mykje trafikk ved skattemeldinga", "kritiske-perioder"),
        ("nn", "hente samtykke frå brukaren", "samtykke-be-om"),
        (
            "en",
            "client authentication failed",
            "maskinporten-invalid-grant-en maskinporten-invalid-grant",
        ),
        ("en", "create keys for maskinporten client", "maskinporten-klient-og-nokler-en"),
        ("en", "what is a system user", "systembruker-hva-er-en"),
        ("en", "error code MP-303", "systembruker-feilkoder-en"),
        ("en", "how fast will support answer", "responstider-og-prioritet-en"),
        ("en", "reporting a bug", "meld-feil-riktig-en"),
    )
)  # fmt: skip
