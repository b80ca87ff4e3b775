/* Profiles: files NAME.yaml of a folder models/, each of which gives defaults to a host, a link or
 * a queue and says where its numbers come from. Looked for beside the scenario first. */

#ifndef SCENARIO_SCENARIO_MODELS_H
#define SCENARIO_SCENARIO_MODELS_H

#include "scenario/scenario_doc.h"

typedef struct ScenarioModels ScenarioModels;

/* folders: in order, ends with a NULL. All is borrowed. */
ScenarioModels *scenario_models_new(ScenarioDoc *doc, ScenarioDiag *diag,
                                    const char *const *folders);
void scenario_models_free(ScenarioModels *models);

/* What stands under the key `kind` ("host", "link", "queue") of the profile. NULL: there is none;
 * that is added to diag at `mark`, unless must_exist is false and there is no such file. A profile
 * may name others: each successful enter is ended by a leave, and going round in circles is
 * refused. */
const ScenarioNode *scenario_models_enter(ScenarioModels *models, const char *name,
                                          const char *kind, ScenarioMark mark, bool must_exist);
void scenario_models_leave(ScenarioModels *models);

#endif
