"""How people call roles and scopes: in pages, messages and on the command line."""

from __future__ import annotations

from shared.identity.acting import Role, ScopeKind

ROLE_NAMES = {
    Role.CLERK: "Văn thư",
    Role.COUNCIL_MEMBER: "Hội đồng tự đánh giá",
    Role.HEAD: "Hiệu trưởng",
    Role.COMMUNE_OFFICER: "Phòng VH-XH xã",
    Role.INSPECTOR: "Đoàn kiểm tra",
    Role.EXTERNAL_EVALUATOR: "Đoàn đánh giá ngoài",
    Role.DEPARTMENT_OFFICER: "Sở Giáo dục và Đào tạo",
    Role.AUDITOR: "Kiểm toán",
    Role.SUBSCRIBER: "Chương trình",
    Role.ADMINISTRATOR: "Quản trị",
}

SCOPE_NAMES = {
    ScopeKind.SCHOOL: "một trường",
    ScopeKind.COMMUNE: "một xã",
    ScopeKind.DEPARTMENT: "cả Sở",
    ScopeKind.INSTALLATION: "toàn hệ thống",
}
