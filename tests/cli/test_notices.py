"""`mailgate notices`, as an operator types it, and the mail that it is for."""

from tests.cli.house import SAMPLES, Installation

AES = ("--system", "aes", "--pl", "AES: awaria, trwa naprawa.", "--operator", "ewa")


def test_a_notice_is_written_listed_explained_and_taken_away(house: Installation) -> None:
    house.upgrade_with_people()

    written = house.run("notices", "add", *AES, "--until", "4h")
    assert written.out.startswith("notice 1: letters about aes say it until 20"), written.err
    [line] = house.run("notices", "list", "--json").json
    assert (line["system"], line["text"], line["written_by"]) == ("aes", "AES: awaria, trwa naprawa.", "ewa")

    mail = str(SAMPLES / "03-aes-brak-potwierdzenia.eml")
    explained = house.run("explain", "--all", "--client", "127.0.0.1", mail).out
    assert "Notice    1, about aes, until 20" in explained
    assert "Komunikat: AES" in explained

    assert house.run("notices", "remove", "1").out == "no letter says notice 1 from now on\n"
    assert house.run("notices", "list").out == "letters say nothing but what is in templates/\n"
    assert "Komunikat" not in house.run("explain", "--all", "--client", "127.0.0.1", mail).out


def test_what_cannot_be_a_notice_is_refused_with_a_sentence(house: Installation) -> None:
    refused = {
        ("--system", "aess", "--pl", "A.", "--until", "4h"): (1, 'rules/ have no system "aess"; did you mean "aes"?'),
        ("--pl", "A.", "--until", "4h"): (2, "name a service or a system"),
        ("--system", "aes", "--pl", "A.", "--until", "2020-01-01"): (2, "is over; give a time to come"),
        ("--system", "aes", "--pl", "A.", "--until", "200 days"): (2, "at most 90 days ahead"),
        ("--system", "aes", "--pl", "x" * 301, "--until", "4h"): (2, "say it in 300"),
    }
    for options, (code, sentence) in refused.items():
        answer = house.run("notices", "add", *options)
        assert (answer.code, sentence in answer.err) == (code, True), answer.err
