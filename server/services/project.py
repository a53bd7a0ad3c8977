"""Projects: the spaces that forms, submissions and entity lists belong to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import ProjectNotFound
from server.models import Project


def get(session: Session, project_id: int) -> Project:
    """A project. Raises ProjectNotFound, for a deleted one too."""
    project = session.scalar(select(Project).where(Project.id == project_id, Project.deleted_at.is_(None)))
    if project is None:
        raise ProjectNotFound(project_id=project_id)
    return project
