test_scripts +=
