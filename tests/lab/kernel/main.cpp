// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>

#include <cstdio>
#include <cstdlib>

/// A network namespace of our own, with a /sys and /proc/net that belong to it; the machine's own table is
/// never seen.
int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
        std::perror("ipvs_kernel_tests need root for a network namespace of their own");
        return 77;
    }
    // Without any address the kernel has no local routing table, and IPVS then refuses every server.
    if (std::system("ip link set lo up") != 0)
        return 77;
    return RUN_ALL_TESTS();
}
