"""The questionnaire, and the plan that both sides sign."""

from django.urls import path

from regions.views import onboardings, region_plans

ONE = "onboarding/<uuid:onboarding_id>/"
PLAN = f"{ONE}plan/<int:number>/"

urlpatterns = [
    path("onboarding/", onboardings.index, name="onboarding"),
    path("onboarding/new/", onboardings.create, name="onboarding-create"),
    path(ONE, onboardings.resume, name="onboarding-detail"),
    path(f"{ONE}review/", onboardings.review, name="onboarding-review"),
    path(f"{ONE}history/", onboardings.history, name="onboarding-history"),
    path(f"{ONE}compile/", onboardings.compile_plan, name="onboarding-compile"),
    path(f"{ONE}plan/", region_plans.current, name="plan"),
    path(PLAN, region_plans.detail, name="onboarding-plan"),
    path(f"{PLAN}export/", region_plans.export, name="onboarding-plan-export"),
    path(f"{PLAN}request/", region_plans.request_region, name="onboarding-request-region"),
    path(f"{PLAN}sign/operator/", region_plans.sign_as_operator, name="onboarding-sign-operator"),
    path(f"{PLAN}sign/architect/", region_plans.sign_as_architect, name="onboarding-sign-architect"),
    path(f"{ONE}sections/<slug:section>/", onboardings.section, name="onboarding-section"),
]
