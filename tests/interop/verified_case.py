"""A hub of the verified profile, and the authority that it trusts to certify whoever signs."""
import pathlib
import tempfile

from hub_case import HubCase
from signing_visitor import Identity


class VerifiedCase(HubCase):
    default_role = "contributor"

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mpac-interop-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.authority = Identity("authority", is_authority=True)
        anchors = cls.folder / "anchors.pem"
        anchors.write_text(cls.authority.pem)
        cls.coordinator = Identity("hub")
        key, certificate = cls.coordinator.write(folder.name, "coordinator")
        cls.settings = {"session.security_profile": "verified", "auth.x509.trust_anchors_file": str(anchors),
                        "coordinator.key_file": key, "coordinator.certificate_file": certificate,
                        "limits.failed_hellos_per_address": 1000,
                        "session.role_policy.default_role": cls.default_role}
        super().setUpClass()
