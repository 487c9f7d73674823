"""Writes the reference vectors of examples/heart-disease from scikit-learn."""
import json, sys, datetime, numpy as np, sklearn, scipy
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.metrics import roc_auc_score, log_loss, accuracy_score
from scipy.optimize import brentq
src=sys.argv[1]; out=sys.argv[2]
head={"producer":f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}","command":"python heart_vectors.py DATA_FOLDER OUT_FOLDER","date":datetime.date.today().isoformat()}
files={"cleveland":"processed.cleveland.data","hungary":"processed.hungarian.data","switzerland":"processed.switzerland.data","va":"processed.va.data"}
L2=0.01
fits=[]
for hid,f in files.items():
    rows=[l.strip().split(",") for l in open(f"{src}/{f}") if l.strip()]
    rows=[r[:10]+r[13:] for r in rows]
    rows=np.array([[float(v) for v in r] for r in rows if "?" not in r])
    cp=np.stack([rows[:,2]==k for k in (2,3,4)],1).astype(float); ecg=np.stack([rows[:,6]==k for k in (1,2)],1).astype(float)
    X=np.hstack([rows[:,:2],cp,rows[:,3:6],ecg,rows[:,7:10]]); y=(rows[:,10]>0).astype(int)
    Z=StandardScaler().fit_transform(X)
    m=LogisticRegression(C=1/(len(y)*L2),tol=1e-12,max_iter=100000,solver="newton-cholesky").fit(Z,y)
    w=m.coef_[0].astype(np.float32); b=np.float32(m.intercept_[0])
    z=Z@w.astype(float)+float(b); p=1/(1+np.exp(-z)); o=Z@w.astype(float)
    sig=lambda t:1/(1+np.exp(-t))
    bi=brentq(lambda t:np.sum(sig(o+t)-y)+2*sig(t)-1,-50,50,xtol=1e-14)
    fits.append({"hospital":hid,"rows":int(len(y)),"positives":int(y.sum()),"rawSums":X.sum(0).tolist(),"l2":L2,
      "slopes":[float(v) for v in w],"intercept":float(b),"accuracy":float(accuracy_score(y,z>=0)),"auc":float(roc_auc_score(y,z)),"logLoss":float(log_loss(y,p)),
      "laplaceIntercept":float(bi),"laplaceInterceptNote":"brentq root with one added row of each class at the origin"})
json.dump({**head,"what":"L2 logistic regression on all complete rows of a centre, scaled by all of them; metrics at the float32 weights","fits":fits},open(f"{out}/logistic-regression.json","w"),indent=1)
rng=np.random.default_rng(7); cases=[]
for n,levels in ((5,2),(20,3),(100,10),(300,1000),(50,1)):
    s=rng.integers(-levels,levels+1,n)*4.0/levels if levels>1 else np.zeros(n); y=rng.integers(0,2,n); y[0]=0; y[1]=1
    p=1/(1+np.exp(-s)); cases.append({"logOdds":s.tolist(),"labels":y.tolist(),"accuracy":float(accuracy_score(y,s>=0)),"auc":float(roc_auc_score(y,s)),"logLoss":float(log_loss(y,p))})
json.dump({**head,"what":"metrics of log-odds with many ties","cases":cases},open(f"{out}/metrics.json","w"))
