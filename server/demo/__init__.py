"""Sample data: clubs of three provinces lived through month by month, told as a tablet would tell it.

setting says which clubs there are, life (with money) lives them, answers words each event as answers of a form,
document writes the answers as submission XML. Nothing here touches the database; server.services.demo sends the
submissions in. The same seed gives the same bytes.
"""
