"""Under which hat a person with several begins who never chose one (ux §3)."""

from django.test import Client

from tests.access.factories import appointment
from tests.learning import factories as learning
from tests.programmes import factories as programmes
from tests.workshops import factories as workshops


def entered(cast, name: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"typed": cast.account(name).username, "password": cast.password})
    return client


def test_who_hosts_comes_to_the_desk_and_not_to_an_empty_learner_home(cast):
    assert entered(cast, "王老师").get("/").headers["Location"].endswith("/desk/")


def test_the_hat_with_something_waiting_is_put_on_first(cast):
    running = learning.programme(cast.county)
    space = workshops.space(cast.county, programme=running)
    appointment(cast.person("王老师"), "tutor", cast.county)
    appointment(cast.person("王老师"), "host", cast.county, space_id=space.pk)
    workshops.membership(space, programmes.teacher(cast.school), state="requested")
    client = entered(cast, "王老师")

    assert client.get("/").headers["Location"] == "/"

    assert client.get("/").headers["Location"] == f"/workshops/{space.pk}/desk/"


def test_a_tutor_without_a_queue_still_comes_as_tutor(cast):
    appointment(cast.person("李雷"), "tutor", cast.county)

    assert "没有等批阅的作业" in entered(cast, "李雷").get("/").content.decode()


def test_a_chosen_hat_is_not_taken_off_by_what_waits_elsewhere(cast):
    learning.participant(learning.programme(cast.county), cast.school)
    appointment(cast.person("韩梅梅"), "tutor", cast.county)
    first = entered(cast, "韩梅梅")
    first.post("/hat/", {"hat": "learner"})

    page = entered(cast, "韩梅梅").get("/")

    assert page.status_code == 200
    assert page.context["frame"].hat_title == "参训教师"
