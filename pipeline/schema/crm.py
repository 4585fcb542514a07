"""Tables of what the CRM said; replaced as a whole by each file that is given."""

from pipeline.schema.table import NOBODY, Column, Table, by, needed

ACCOUNTS = Table(
    "accounts",
    "a customer account of the CRM",
    ("account_id",),
    (
        needed("account_id", "VARCHAR", "the CRM's own id, as text"),
        needed("name", "VARCHAR", "company name"),
        Column("domain", "VARCHAR", "web domains, several with ;"),
        Column("plan", "VARCHAR", "what they have"),
        Column("seats", "INTEGER", "seats they pay for"),
        Column("arr", "DECIMAL(18,2)", "annual revenue, in currency"),
        Column("currency", "VARCHAR", "ISO 4217"),
        Column("owner_email", "VARCHAR", "sales representative"),
        Column("cs_owner_email", "VARCHAR", "customer success manager"),
        Column("renewal_date", "DATE", "next renewal"),
        Column("customer_since", "DATE", "first contract"),
        Column("region", "VARCHAR", "sales region"),
        Column("do_not_contact", "BOOLEAN", "marked in the CRM"),
        Column("parent_id", "VARCHAR", "account_id of the parent"),
    ),
    NOBODY,
)

ACCOUNT_DOMAINS = Table(
    "account_domains",
    "a domain of an account",
    ("account_id", "domain"),
    (
        needed("account_id", "VARCHAR", "whose"),
        needed("domain", "VARCHAR", "registered domain; freemail providers are left out"),
    ),
    NOBODY,
)

OPPORTUNITIES = Table(
    "opportunities",
    "an opportunity of the CRM",
    ("opportunity_id",),
    (
        needed("opportunity_id", "VARCHAR", "the CRM's own id"),
        needed("account_id", "VARCHAR", "its account"),
        Column("product", "VARCHAR", "what is to be sold; empty means any"),
        Column("stage", "VARCHAR", "the CRM's stage name"),
        Column("is_open", "BOOLEAN", "still being worked"),
        Column("closed_on", "DATE", "when it was won or lost"),
    ),
    NOBODY,
)

WISHES = Table(
    "wishes",
    "what sales heard and could not sell",
    ("account_id", "wanted", "on_date"),
    (
        needed("account_id", "VARCHAR", "who wanted it"),
        needed("wanted", "VARCHAR", "product or thing wanted"),
        Column("bought", "VARCHAR", "what they took instead"),
        Column("why", "VARCHAR", "out_of_stock, not_offered, not_on_plan or price"),
        Column("on_date", "DATE", "when (column `on` of the file)"),
    ),
    NOBODY,
)

AVAILABILITY = Table(
    "availability",
    "a thing that can be sold from a day on",
    ("product", "plan", "region"),
    (
        needed("product", "VARCHAR", "name as in products"),
        Column("plan", "VARCHAR", "only on this plan; empty means all"),
        Column("region", "VARCHAR", "only in this region; empty means all"),
        needed("available_from", "DATE", "first day"),
    ),
    NOBODY,
)

PRODUCTS = Table(
    "products",
    "a product, plan or add-on of the vendor",
    ("name",),
    (needed("name", "VARCHAR", "as lists show it"), Column("aliases", "VARCHAR", "other spellings, with ;")),
    NOBODY,
)

COMPETITORS = Table(
    "competitors",
    "a rival",
    ("name",),
    (needed("name", "VARCHAR", "as lists show it"), Column("aliases", "VARCHAR", "other spellings, with ;")),
    NOBODY,
)

MARKED = Table(
    "marked",
    "an account or a person that a list marks: opted out, or in a hard place",
    ("mark", "account_id", "source", "contact_id"),
    (
        needed("mark", "VARCHAR", "opted_out or vulnerable"),
        needed("account_id", "VARCHAR", "the account; empty where a person is marked"),
        needed("source", "VARCHAR", "the person's helpdesk; empty where an account is marked"),
        needed("contact_id", "VARCHAR", "the person's pseudonym; empty where an account is marked"),
    ),
    by("person"),
)

CRM = (ACCOUNTS, ACCOUNT_DOMAINS, OPPORTUNITIES, WISHES, AVAILABILITY, PRODUCTS, COMPETITORS, MARKED)
