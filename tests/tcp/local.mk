test_programs += \
	tests/tcp/test-tcp-accecn \
	tests/tcp/test-tcp-arrival \
	tests/tcp/test-tcp-buckets \
	tests/tcp/test-tcp-cc-bbr \
	tests/tcp/test-tcp-burst \
	tests/tcp/test-tcp-cc-bbr3 \
	tests/tcp/test-tcp-cc-cubic \
	tests/tcp/test-tcp-cc-dctcp \
	tests/tcp/test-tcp-cc-linux \
	tests/tcp/test-tcp-cc-reno \
	tests/tcp/test-tcp-cc-vegas \
	tests/tcp/test-tcp-cc-westwood \
	tests/tcp/test-tcp-cc \
	tests/tcp/test-tcp-close \
	tests/tcp/test-tcp-ecn \
	tests/tcp/test-tcp-cookie \
	tests/tcp/test-tcp-fast-open-client \
	tests/tcp/test-tcp-fast-open-server \
	tests/tcp/test-tcp-fsm \
	tests/tcp/test-tcp-handshake \
	tests/tcp/test-tcp-icmp \
	tests/tcp/test-tcp-noise \
	tests/tcp/test-tcp-octets \
	tests/tcp/test-tcp-options \
	tests/tcp/test-tcp-output \
	tests/tcp/test-tcp-pace \
	tests/tcp/test-tcp-pacing \
	tests/tcp/test-tcp-prr \
	tests/tcp/test-tcp-rack \
	tests/tcp/test-tcp-rate \
	tests/tcp/test-tcp-reasm \
	tests/tcp/test-tcp-recovery \
	tests/tcp/test-tcp-rtt \
	tests/tcp/test-tcp-sendbuf \
	tests/tcp/test-tcp-sent \
	tests/tcp/test-tcp-slow-start \
	tests/tcp/test-tcp-space \
	tests/tcp/test-tcp-stack \
	tests/tcp/test-tcp-states \
	tests/tcp/test-tcp-timer \
	tests/tcp/test-tcp-transfer \
	tests/tcp/test-tcp-undo \
	tests/tcp/test-tcp-user-timeout \
	tests/tcp/test-tcp-variant \
	tests/tcp/test-tcp-window

long_tests += tests/tcp/test-tcp-noise tests/tcp/test-tcp-transfer
