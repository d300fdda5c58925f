"""The language of the pages."""


def test_keeps_the_language_and_goes_back(client, db):
    answer = client.post("/language/", {"language": "en"}, headers={"referer": "http://testserver/help/"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://testserver/help/"
    assert client.cookies["language"].value == "en"


def test_never_leaves_the_site(client, db):
    answer = client.post("/language/", {"language": "en"}, headers={"referer": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"


def test_refuses_what_is_no_language(client, db):
    answer = client.post("/language/", {"language": "tlh"})

    assert answer.status_code == 422
    assert "language" not in client.cookies
