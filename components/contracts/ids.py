"""Component ids of the contract screens."""

from enum import StrEnum


class Ids(StrEnum):
    # the dossier: the version shown
    VERSION = "contracts-version"
    FORM = "contracts-form"
    SAID = "contracts-said"  # beside the button: why nothing is saved
    # organisation
    NAME = "contracts-name"
    KIND = "contracts-kind"
    SIREN = "contracts-siren"
    SIRET = "contracts-siret"
    VAT = "contracts-vat"
    LEGAL_FORM = "contracts-legal-form"
    STREET = "contracts-street"
    POSTAL_CODE = "contracts-postal-code"
    CITY = "contracts-city"
    SECTOR = "contracts-sector"
    KEEP_IDENTITY = "contracts-keep-identity"
    # representative
    SIGNER = "contracts-signer"
    FUNCTION = "contracts-function"
    EMAIL = "contracts-email"
    PHONE = "contracts-phone"
    KEEP_REPRESENTATIVE = "contracts-keep-representative"
    # proof of power
    HIMSELF = "contracts-himself"
    POWER = "contracts-power"
    POWER_SENT = "contracts-power-sent"  # the server's response to the upload
    KEEP_POWER = "contracts-keep-power"
    # data use
    KEEP_USES = "contracts-keep-uses"
    USES_ERROR = "contracts-uses-error"
    # people to invite, one field per role
    ADMINISTRATORS = "contracts-administrators"
    MANAGERS = "contracts-managers"
    READERS = "contracts-readers"
    KEEP_INVITES = "contracts-keep-invites"
    # PCEs to import
    IMPORTS = "contracts-imports"
    EXPECTED = "contracts-expected"
    KEEP_IMPORTS = "contracts-keep-imports"
    # the contract, before it is sent
    STARTS = "contracts-starts"
    ENDS = "contracts-ends"
    PREVIEW = "contracts-preview"
    DRAFT = "contracts-draft"  # {"uid", "version"}
    SEND = "contracts-send"
    BEGIN = "contracts-begin"
    # signing
    SIGNING = "contracts-signing"  # {"uid", "seen"}
    CONSENT = "contracts-consent"
    ASK_CODE = "contracts-ask-code"
    CODE_BOX = "contracts-code-box"
    CODE = "contracts-code"
    APP_CODE = "contracts-app-code"
    # the action of a button, and its typed values
    ASKED = "contracts-asked"  # {"act", "uid", "n"}
    ASK = "contracts-ask"  # where the confirmation is shown
    CONFIRMED = "contracts-confirmed"  # {"act", "uid", "version", "reason", "typed", "n"}
    # error messages below the fields
    KIND_ERROR = "contracts-kind-error"
    HIMSELF_ERROR = "contracts-himself-error"
    PIECE_ERROR = "contracts-piece-error"
    NAME_ERROR = "contracts-name-error"
    SIREN_ERROR = "contracts-siren-error"
    SIRET_ERROR = "contracts-siret-error"
    VAT_ERROR = "contracts-vat-error"
    LEGAL_FORM_ERROR = "contracts-legal-form-error"
    STREET_ERROR = "contracts-street-error"
    POSTAL_CODE_ERROR = "contracts-postal-code-error"
    CITY_ERROR = "contracts-city-error"
    SECTOR_ERROR = "contracts-sector-error"
    SIGNER_ERROR = "contracts-signer-error"
    FUNCTION_ERROR = "contracts-function-error"
    EMAIL_ERROR = "contracts-email-error"
    PHONE_ERROR = "contracts-phone-error"
    ADMINISTRATORS_ERROR = "contracts-administrators-error"
    MANAGERS_ERROR = "contracts-managers-error"
    READERS_ERROR = "contracts-readers-error"
    EXPECTED_ERROR = "contracts-expected-error"
    STARTS_ERROR = "contracts-starts-error"
    ENDS_ERROR = "contracts-ends-error"
    CONSENT_ERROR = "contracts-consent-error"
    # the distributor's list
    GRID = "contracts-grid"
    SEARCH = "contracts-search"
    STATE = "contracts-state"
    WAITS = "contracts-waits"
    ENDING = "contracts-ending"
    COUNT = "contracts-count"
    NOTHING = "contracts-nothing"
    WORDS = "contracts-words"
    CLEAR = "contracts-clear"
    OPENED = "contracts-opened"  # {"uid", "n"}
    DRAWER = "contracts-drawer"
    WITHOUT = "contracts-without"  # an organisation, to start its contract
    BEGIN_FOR = "contracts-begin-for"
