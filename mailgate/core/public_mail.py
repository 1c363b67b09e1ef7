"""Domains where anybody gets an address: whoever shares one of them has nothing else in common.

Written from the largest mail services in Poland and its neighbours, November 2026; operators set a list of their own
with `shared_domains` in `[letters]`.
"""

PUBLIC_MAIL = (
    "aol.com", "autograf.pl", "azet.sk", "buziaczek.pl", "centrum.cz", "centrum.sk", "email.cz", "freenet.de",
    "gazeta.pl", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "go2.pl", "googlemail.com", "hotmail.com", "i.ua",
    "icloud.com", "inbox.lt", "inbox.lv", "int.pl", "interia.com", "interia.eu", "interia.pl", "live.com", "mail.com",
    "me.com", "meta.ua", "msn.com", "neostrada.pl", "o2.pl", "onet.eu", "onet.pl", "op.pl", "outlook.com",
    "outlook.pl", "pacz.to", "poczta.fm", "poczta.pl", "post.cz", "proton.me", "protonmail.com", "seznam.cz",
    "spoko.pl", "t-online.de", "tlen.pl", "tutanota.com", "ukr.net", "vp.pl", "web.de", "wp.pl", "yahoo.com",
    "yahoo.pl", "zoho.com", "zoznam.sk",
)  # fmt: skip
