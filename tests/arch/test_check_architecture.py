#!/usr/bin/env python3
"""Proves that the architecture check finds what it is there to find: each rule is broken once, on purpose."""

import pathlib
import tempfile
import unittest

import check_architecture


class PlantedFaults(unittest.TestCase):
    def errors_with(self, path, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(text, encoding="utf-8")
            return check_architecture.check(pathlib.Path(folder))

    def assert_refused(self, path, text, words):
        errors = self.errors_with(path, text)
        self.assertEqual(len(errors), 1, errors)
        self.assertIn(words, errors[0])

    def test_qt_in_the_gateway(self):
        self.assert_refused("gateway/domain/a.cpp", "#include <QString>\n", "may not include Qt")
        self.assert_refused("gateway/server/a.cpp", "#include <QtCore/QObject>\n", "may not include Qt")

    def test_arrows_run_downward_only(self):
        self.assert_refused("gateway/domain/a.cpp", '#include "gateway/storage/b.h"\n', "may not include gateway/storage/b.h")
        self.assert_refused("gateway/protocol/mqtt/a.cpp", '#include "gateway/domain/b.h"\n', "may not include")
        self.assert_refused("gateway/server/a.cpp", '#include "gateway/storage/b.h"\n', "may not include")
        self.assert_refused("ui/widgets/a.cpp", '#include "gateway/server/b.h"\n', "may not include")
        self.assert_refused("ui/models/a.cpp", '#include "ui/widgets/b.h"\n', "may not include")

    def test_models_without_gui(self):
        self.assert_refused("ui/models/a.cpp", "#include <QColor>\n", "QtCore alone")

    def test_pure_folders(self):
        self.assert_refused("gateway/protocol/mqtt/a.cpp", "#include <boost/asio.hpp>\n", "no sockets")
        self.assert_refused("gateway/domain/a.cpp", "auto t = std::chrono::system_clock::now();\n", "read no clock")

    def test_posix(self):
        self.assert_refused("app/x/a.cpp", "#include <unistd.h>\n", "not portable")

    def test_unknown_folder(self):
        self.assert_refused("gateway/misc/a.cpp", "int x;\n", "does not know")

    def test_header_guard(self):
        self.assert_refused("gateway/base/a.h", "int x;\n", "#pragma once")

    def test_long_function(self):
        body = "namespace n {\nint f(int a) {\n" + "  a += '{';\n" * 60 + "  return a;\n}\n}  // namespace n\n"
        self.assert_refused("gateway/base/a.cpp", body, "a function of 63 lines")

    def test_long_member_with_initialisers_and_lambda(self):
        body = "A::A(int x)\n    : m_x{x}, m_y(1) {\n" + "  call([] { return 1; });\n" * 70 + "}\n"
        errors = self.errors_with("gateway/base/a.cpp", body)
        self.assertTrue(any("a function of" in error for error in errors), errors)

    def test_long_files(self):
        self.assert_refused("gateway/base/a.cpp", "int x;\n" * 401, "401 lines")
        self.assert_refused("gateway/base/a.h", "#pragma once\n" + "int x;\n" * 200, "201 lines")

    def test_what_is_allowed(self):
        fine = ('#include "gateway/base/b.h"\n#include <vector>\nnamespace n {\nstruct S {\n  int f() const { return 1; }\n};\n'
                "const int kTable[] = {1, 2};\n}\n")
        self.assertEqual(self.errors_with("gateway/domain/a.cpp", fine), [])


if __name__ == "__main__":
    unittest.main()
