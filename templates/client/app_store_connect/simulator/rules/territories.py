"""The App Store's territories with their currencies, which every team finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["CURRENCIES", "currency_of", "rules", "territories"]

rules = Rules("territories")

# What the currency is worth: how many of it one pays for a dollar, roughly.
CURRENCIES: Mapping[str, float] = {
    "USD": 1.0,
    "AED": 4.0,
    "AUD": 1.5,
    "BGN": 2.0,
    "BRL": 5.0,
    "CAD": 1.4,
    "CHF": 1.0,
    "CLP": 1000.0,
    "CNY": 7.0,
    "COP": 4500.0,
    "CZK": 25.0,
    "DKK": 8.0,
    "EGP": 50.0,
    "EUR": 1.2,
    "GBP": 1.0,
    "HKD": 8.0,
    "HUF": 400.0,
    "IDR": 16000.0,
    "ILS": 4.0,
    "INR": 100.0,
    "JPY": 150.0,
    "KRW": 1500.0,
    "KZT": 500.0,
    "MXN": 20.0,
    "MYR": 5.0,
    "NGN": 1600.0,
    "NOK": 12.0,
    "NZD": 1.8,
    "PEN": 4.0,
    "PHP": 60.0,
    "PKR": 300.0,
    "PLN": 5.0,
    "QAR": 4.0,
    "RON": 6.0,
    "RUB": 100.0,
    "SAR": 4.0,
    "SEK": 12.0,
    "SGD": 1.4,
    "THB": 35.0,
    "TRY": 40.0,
    "TWD": 30.0,
    "TZS": 2700.0,
    "VND": 25000.0,
    "ZAR": 20.0,
}

_DOLLARS = (
    "AFG AGO AIA ALB ARG ARM ATG AZE BEN BFA BHR BHS BLR BLZ BMU BOL BRB BRN BTN BWA CIV CMR COD "
    "COG CPV CRI CYM DMA DOM DZA ECU FJI FSM GAB GEO GHA GMB GNB GRD GTM GUY HND IRQ ISL JAM JOR "
    "KEN KGZ KHM KNA KWT LAO LBN LBR LBY LCA LKA MAC MAR MDA MDG MDV MKD MLI MMR MNG MOZ MRT MSR "
    "MUS MWI NAM NER NIC NPL NRU OMN PAN PLW PNG PRY RWA SEN SLB SLE SLV STP SUR SWZ SYC TCA "
    "TCD TJK TKM TON TTO TUN UGA UKR URY USA UZB VCT VEN VGB VUT YEM ZMB ZWE"
)
_EUROS = (
    "AUT BEL BIH CYP DEU ESP EST FIN FRA GRC HRV IRL ITA LTU LUX LVA MLT MNE NLD PRT SRB SVK SVN "
    "XKS"
)
_OTHERS = (
    "ARE:AED AUS:AUD BGR:BGN BRA:BRL CAN:CAD CHE:CHF CHL:CLP CHN:CNY COL:COP CZE:CZK DNK:DKK "
    "EGY:EGP GBR:GBP HKG:HKD HUN:HUF IDN:IDR IND:INR ISR:ILS JPN:JPY KAZ:KZT KOR:KRW MEX:MXN "
    "MYS:MYR NGA:NGN NOR:NOK NZL:NZD PAK:PKR PER:PEN PHL:PHP POL:PLN QAT:QAR ROU:RON RUS:RUB "
    "SAU:SAR SGP:SGD SWE:SEK THA:THB TUR:TRY TWN:TWD TZA:TZS VNM:VND ZAF:ZAR"
)


def _all() -> dict[str, str]:
    found: dict[str, str] = dict.fromkeys(_DOLLARS.split(), "USD")
    found |= dict.fromkeys(_EUROS.split(), "EUR")
    found |= {pair[:3]: pair[4:] for pair in _OTHERS.split()}
    return dict(sorted(found.items()))


_TERRITORIES = _all()


def territories(world: World) -> list[Entity]:
    """Return the territories; those that are missing are made."""
    found = world.all("territories")
    if len(found) < len(_TERRITORIES):
        for code, currency in _TERRITORIES.items():
            if world.find("territories", code) is None:
                world.create("territories", {"currency": currency}, id=code)
        found = world.all("territories")
    return found


def currency_of(territory: Entity) -> str:
    """Return the currency of a territory, also where no more than its id is known."""
    return territory["currency"] or _TERRITORIES.get(territory.id, "USD")


@rules.before(
    "territories_getCollection",
    number="",
    evidence="D App Store Connect help, pricing and availability",
    confidence="H",
    says="The App Store's territories are there for every team, each with its currency.",
)
def territories_are_there(call: Call) -> None:
    territories(call.world)
