"""Retention periods."""

from pydantic import Field
from pydantic_settings import BaseSettings


class RetentionSettings(BaseSettings):
    """Retention of what people request, then of each class of personal data."""

    export_days: int = Field(7, ge=1, description="Days that an export file is kept.")
    erasure_days: int = Field(
        7,
        ge=0,
        description="Days between a request for erasure and the erasure; it can be cancelled "
        "meanwhile.",
    )
    data_days: int = Field(7, ge=1, description="Days that an archive of a person's data is kept.")
    keep_accounts_years: int = Field(
        3, ge=1, description="Years between the end of an account and its erasure."
    )
    keep_journal_years: int = Field(
        5, ge=1, description="Years that the journal is kept. The database refuses less than one."
    )
    keep_notices_days: int = Field(
        400, ge=30, description="Days that alerts and sent messages are kept."
    )
    keep_receipts_days: int = Field(
        400, ge=31, description="Days that receipts of imports and exports are kept."
    )
    keep_letters_years: int = Field(
        3, ge=1, description="Years that mails to holders are kept once they expect no answer."
    )
    keep_rights_years: int = Field(
        5, ge=1, description="Years after the end of an access right until it names nobody."
    )
    keep_proofs_years: int = Field(
        5,
        ge=1,
        description="Years after the end of a control and its right until the proofs are erased.",
    )
    keep_contracts_years: int = Field(
        10, ge=1, description="Years after the end of a contract until it is erased."
    )
    keep_readings_years: int = Field(
        0, ge=0, description="Years that readings are kept. 0: no limit."
    )

    @property
    def periods(self) -> dict[str, int]:
        """Return the retention of each class of personal data, by the names of `Periods`."""
        field_names = [name for name in RetentionSettings.model_fields if name.startswith("keep_")]
        periods = {name.removeprefix("keep_"): getattr(self, name) for name in field_names}
        rest = {"erasure_days": self.erasure_days, "export_days": self.export_days}
        return periods | rest | {"file_days": self.data_days}
