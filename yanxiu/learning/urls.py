from django.urls import path

from yanxiu.learning.views import arranging, choosing, courses, points, seat, studying

app_name = "learning"
urlpatterns = [
    path("", courses.my_courses, name="my_courses"),
    path("<int:enrolment_id>/choose/", choosing.choose, name="choose"),
    path("<int:enrolment_id>/choose/<int:offering_id>/", choosing.choose_course, name="choose_course"),
    path("<int:enrolment_id>/drop/<int:offering_id>/", choosing.drop_course, name="drop_course"),
    path("<int:enrolment_id>/wishes/", choosing.wish_topics, name="wish_topics"),
    path("<int:enrolment_id>/courses/<int:course_id>/", studying.course, name="course"),
    path("<int:enrolment_id>/steps/<int:step_id>/", studying.step, name="step"),
    path("<int:enrolment_id>/steps/<int:step_id>/open/", studying.open_step, name="open_step"),
    path("<int:enrolment_id>/steps/<int:step_id>/read/", studying.mark_read, name="mark_read"),
    path("<int:enrolment_id>/steps/<int:step_id>/answer/", studying.answer_questions, name="answer_questions"),
    path("<int:enrolment_id>/cases/<int:case_id>/", studying.case, name="case"),
    path("<int:enrolment_id>/cases/<int:case_id>/open/", studying.open_case, name="open_case"),
    path("programmes/<int:programme_id>/schools/<int:school_id>/topics/", choosing.school_topics, name="school_topics"),
    path("programmes/<int:programme_id>/schools/<int:school_id>/topics/choose/", choosing.choose_topics, name="choose_topics"),
    path("programmes/<int:programme_id>/", arranging.arrangement, name="arrangement"),
    path("programmes/<int:programme_id>/push/", arranging.push_compulsory, name="push_compulsory"),
    path("programmes/<int:programme_id>/draw/", arranging.draw_cases, name="draw_cases"),
    path("programmes/<int:programme_id>/not-chosen/", choosing.not_chosen, name="not_chosen"),
    path("programmes/<int:programme_id>/points/", points.points, name="points"),
    path("programmes/<int:programme_id>/points/assign/", points.assign_point, name="assign_point"),
    path("programmes/<int:programme_id>/points/receive/", points.receive_bundle, name="receive_bundle"),
    path("programmes/<int:programme_id>/points/<int:point_id>/package/", points.ask_package, name="ask_package"),
    path("packages/<int:package_id>/file/", points.download_package, name="download_package"),
    path("packages/<int:package_id>/codes/", points.package_codes, name="package_codes"),
    path("points/sync/", points.sync_point, name="sync_point"),
    path("point/", seat.seat, name="seat"),
    path("point/sync/", seat.sync, name="sync"),
    path("point/export/", seat.export_bundle, name="export_bundle"),
    path("point/reply/", seat.take_reply, name="take_reply"),
    path("point/load/", seat.load_package, name="load_package"),
]
