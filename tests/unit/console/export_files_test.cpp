// SPDX-License-Identifier: GPL-3.0-or-later
// Which files the command line writes for which format.
#include "console/app/cli_files.hpp"

#include <QTemporaryDir>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace lvsdeck::console {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExportFiles : public testing::Test {
protected:
    static model::Cluster cluster() {
        auto in = formats::readAny(formats::Format::Keepalived,
                                   {{"lb1", "one.conf",
                                     "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 100\n"
                                     " virtual_ipaddress { 192.0.2.8 }\n}\n"
                                     "virtual_server 192.0.2.8 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n"
                                     " real_server 192.0.2.9 80 { TCP_CHECK { } }\n}\n",
                                     ""}});
        return std::move(in->cluster);
    }
    ExportRequest request(const std::string& output, bool haresources) const {
        return {.to = "ldirectord", .director = {}, .version = "2.2", .output = output, .haresources = haresources};
    }
    [[nodiscard]] std::string path() const { return folder.path().toStdString(); }
    static std::string content(const std::string& file) {
        std::ostringstream out;
        out << std::ifstream(file).rdbuf();
        return out.str();
    }
    QTemporaryDir folder;
};

TEST_F(ExportFiles, AFolderGetsHaresourcesBesideLdirectord) {
    const auto written = exportFiles(cluster(), request(path(), false));
    ASSERT_TRUE(written) << written.error().text;
    ASSERT_EQ(written->size(), 2U);
    EXPECT_THAT(content(path() + "/ldirectord.cf"), HasSubstr("virtual=192.0.2.8:80"));
    EXPECT_THAT(content(path() + "/haresources"), HasSubstr("192.0.2.8"));
    model::Cluster withoutAddresses = cluster();
    withoutAddresses.instances.clear();
    EXPECT_EQ(exportFiles(withoutAddresses, request(path(), false))->size(), 1U);
}

TEST_F(ExportFiles, AFileIsTheOneThatIsAskedFor) {
    const std::string file = path() + "/some.file";
    ASSERT_TRUE(exportFiles(cluster(), request(file, true)));
    EXPECT_THAT(content(file), HasSubstr("192.0.2.8"));
    EXPECT_THAT(content(file), Not(HasSubstr("virtual=")));
    ASSERT_TRUE(exportFiles(cluster(), request(file, false)));
    EXPECT_THAT(content(file), HasSubstr("virtual="));
}

TEST_F(ExportFiles, PasswordsAreMaskedWhenAskedFor) {
    model::Cluster secret = cluster();
    secret.instances.at(0).version = 2;
    secret.instances.at(0).password = "s3cret";
    for (const char* to : {"keepalived", "cluster"})
        for (const bool masked : {false, true}) {
            ExportRequest some = request(path() + "/some.file", false);
            some.to = to;
            some.director = "lb1";
            some.maskPasswords = masked;
            ASSERT_TRUE(exportFiles(secret, some));
            EXPECT_EQ(content(path() + "/some.file").contains("s3cret"), !masked) << to;
            EXPECT_EQ(content(path() + "/some.file").contains("********"), masked) << to;
        }
}

TEST_F(ExportFiles, OtherFormatsHaveNoHaresources) {
    ExportRequest wrong = request("-", true);
    wrong.to = "piranha";
    const auto refused = exportFiles(cluster(), wrong);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("--to ldirectord"));
}

} // namespace
} // namespace lvsdeck::console
