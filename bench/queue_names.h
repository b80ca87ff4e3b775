/* Renames the functions of sim.h, all of them, for one contender, so that several live in one
 * program. */

#define BENCH_PASTE2(a, b) a##_##b
#define BENCH_PASTE(a, b) BENCH_PASTE2(a, b)
#define BENCH_NAME(name) BENCH_PASTE(name, BENCH_QUEUE)

#define sim_entity_init BENCH_NAME(sim_entity_init)
#define sim_new BENCH_NAME(sim_new)
#define sim_free BENCH_NAME(sim_free)
#define sim_set_ahead BENCH_NAME(sim_set_ahead)
#define sim_event_init BENCH_NAME(sim_event_init)
#define sim_arm BENCH_NAME(sim_arm)
#define sim_arm_keyed BENCH_NAME(sim_arm_keyed)
#define sim_arm_watch BENCH_NAME(sim_arm_watch)
#define sim_cancel BENCH_NAME(sim_cancel)
#define sim_run BENCH_NAME(sim_run)
#define sim_step BENCH_NAME(sim_step)
#define sim_stop BENCH_NAME(sim_stop)
#define sim_next_at BENCH_NAME(sim_next_at)
#define sim_now BENCH_NAME(sim_now)
#define sim_last_at BENCH_NAME(sim_last_at)
#define sim_current BENCH_NAME(sim_current)
#define sim_current_cause BENCH_NAME(sim_current_cause)
#define sim_event_count BENCH_NAME(sim_event_count)
#define sim_queue_operation_count BENCH_NAME(sim_queue_operation_count)
#define sim_queue_bytes BENCH_NAME(sim_queue_bytes)
