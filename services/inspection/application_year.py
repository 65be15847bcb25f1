"""What answers the operations of a commune's year: part by part, each of them the method of one use case."""

from __future__ import annotations

from services.inspection.use_cases.year.difficulties import Difficulties
from services.inspection.use_cases.year.difficulty_views import DifficultyQueries
from services.inspection.use_cases.year.directing import Directing
from services.inspection.use_cases.year.need_queries import NeedQueries
from services.inspection.use_cases.year.need_works import NeedWorks
from services.inspection.use_cases.year.needs import Needs
from services.inspection.use_cases.year.papers import YearPapers
from services.inspection.use_cases.year.plan import Plans
from services.inspection.use_cases.year.plan_queries import PlanQueries
from services.inspection.use_cases.year.plan_taking import PlanTaking
from services.inspection.use_cases.year.publicity import Publicity
from services.inspection.use_cases.year.recurring import RecurringTasks
from services.inspection.use_cases.year.report_queries import ReportQueries
from services.inspection.use_cases.year.reports import Reports
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.syntheses import Syntheses
from services.inspection.use_cases.year.targets import Targets
from services.inspection.use_cases.year.task_queries import TaskQueries
from services.inspection.use_cases.year.tasks import Tasks
from services.inspection.use_cases.year.training import Trainings
from services.inspection.use_cases.year.training_queries import TrainingQueries


class YearAnswers:
    """The part of the application that answers for a commune's year.

    That it answers every operation of the table, in the types that are declared, is checked when a role starts
    (`shared.bus.expose`).
    """

    def _compose_year(self, year: YearRepository) -> None:
        self._compose_plan_of_year(year)
        self._compose_targets_of_year(year)
        self._compose_tasks_of_year(year)
        self._compose_training_of_year(year)
        self._compose_difficulties_of_year(year)
        self._compose_needs_of_year(year)
        self._compose_reports_of_year(year)
        self._compose_papers_of_year(year)

    def _compose_plan_of_year(self, year: YearRepository) -> None:
        plans = Plans(year)
        self.draft_plan = plans.draft_plan
        self.set_plan_entry = plans.set_plan_entry
        self.drop_plan_entry = plans.drop_plan_entry
        self.issue_plan = plans.issue_plan
        self.adjust_plan = plans.adjust_plan

        queries = PlanQueries(year)
        self.plan_proposals = queries.plan_proposals
        self.commune_plan = queries.commune_plan
        self.plan_progress = queries.plan_progress
        self.compare_plan = queries.compare_plan

        taking = PlanTaking(year)
        self.take_plan_proposals = taking.take_plan_proposals

    def _compose_targets_of_year(self, year: YearRepository) -> None:
        targets = Targets(year)
        self.set_targets = targets.set_targets
        self.revise_target = targets.revise_target
        self.drop_target = targets.drop_target
        self.target_board = targets.target_board
        self.target_backtest = targets.target_backtest
        self.target = targets.target
        self.school_targets = targets.school_targets

    def _compose_tasks_of_year(self, year: YearRepository) -> None:
        tasks = Tasks(year)
        self.give_task = tasks.give_task
        self.report_task = tasks.report_task
        self.accept_task = tasks.accept_task
        self.return_task = tasks.return_task
        self.extend_task = tasks.extend_task
        self.cancel_task = tasks.cancel_task

        queries = TaskQueries(year)
        self.task = queries.task
        self.tasks = queries.tasks
        self.commune_tasks = queries.tasks

        recurring = RecurringTasks(year)
        self.recurring_tasks = recurring.recurring_tasks
        self.end_recurring_task = recurring.end_recurring_task
        self.give_recurring_tasks = recurring.give_due

        directing = Directing(year)
        self.set_committee = directing.set_committee
        self.committee = directing.committee
        self.issue_directive = directing.issue_directive
        self.directives = directing.directives

    def _compose_training_of_year(self, year: YearRepository) -> None:
        trainings = Trainings(year)
        self.plan_training = trainings.plan_training
        self.hold_training = trainings.hold_training
        self.cancel_training = trainings.cancel_training
        self.ask_training = trainings.ask_training

        queries = TrainingQueries(year)
        self.training = queries.training
        self.trainings = queries.trainings
        self.commune_trainings = queries.trainings
        self.attended_trainings = queries.attended_trainings

        publicity = Publicity(year)
        self.add_publicity = publicity.add_publicity
        self.publish_notice = publicity.publish_notice
        self.withdraw_notice = publicity.withdraw_notice
        self.comment_notice = publicity.comment_notice
        self.show_comment = publicity.show_comment
        self.published_items = publicity.published_items
        self.commune_published_items = publicity.published_items
        self.public_items = publicity.public_items
        self.public_item = publicity.public_item

    def _compose_difficulties_of_year(self, year: YearRepository) -> None:
        difficulties = Difficulties(year)
        self.raise_difficulty = difficulties.raise_difficulty
        self.take_difficulty = difficulties.take_difficulty
        self.answer_difficulty = difficulties.answer_difficulty
        self.forward_difficulty = difficulties.forward_difficulty
        self.decide_difficulty = difficulties.decide_difficulty
        self.close_difficulty = difficulties.close_difficulty
        self.merge_difficulty = difficulties.merge_difficulty

        queries = DifficultyQueries(year)
        self.difficulty = queries.difficulty
        self.difficulties = queries.difficulties
        self.commune_difficulties = queries.difficulties

    def _compose_needs_of_year(self, year: YearRepository) -> None:
        needs = Needs(year)
        self.raise_need = needs.raise_need
        self.change_need = needs.change_need
        self.withdraw_need = needs.withdraw_need
        self.appraise_need = needs.appraise_need
        self.fund_need = needs.fund_need

        works = NeedWorks(year)
        self.start_work = works.start_work
        self.check_work = works.check_work
        self.photograph_work = works.photograph_work
        self.hand_over_need = works.hand_over_need

        queries = NeedQueries(year)
        self.need = queries.need
        self.needs = queries.needs
        self.commune_needs = queries.needs
        self.need_sums = queries.need_sums
        self.commune_need_sums = queries.need_sums

    def _compose_reports_of_year(self, year: YearRepository) -> None:
        reports = Reports(year)
        self.ask_report = reports.ask_report
        self.hand_in_report = reports.hand_in_report
        self.return_report = reports.return_report
        self.accept_report = reports.accept_report
        self.close_report = reports.close_report

        queries = ReportQueries(year)
        self.report_requests = queries.report_requests
        self.year_report_requests = queries.year_report_requests
        self.report_request = queries.report_request
        self.missing_reports = queries.missing_reports

        syntheses = Syntheses(year)
        self.draft_synthesis = syntheses.draft_synthesis
        self.syntheses = syntheses.syntheses
        self.commune_syntheses = syntheses.syntheses
        self.synthesis = syntheses.synthesis
        self.synthesis_number = syntheses.synthesis_number
        self.write_synthesis = syntheses.write_synthesis
        self.send_synthesis = syntheses.send_synthesis

    def _compose_papers_of_year(self, year: YearRepository) -> None:
        papers = YearPapers(year)
        self.year_paper_kinds = papers.year_paper_kinds
        self.compose_year_paper = papers.compose_year_paper
